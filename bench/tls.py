"""A Bot API with a certificate, and bots that trust it. Needs `openssl`; nothing here outlives the measuring.

Vakhta trusts the roots that are built into it and has no setting that adds one, on purpose. So a copy of the binary is
measured in which one of those roots gave its place to ours, byte for byte as long: the same code, as many roots, read and
used the same way.
"""

import os
import re
import shutil
import ssl
import subprocess

# A certificate at least; how a root of version 3 begins.
ROOT = re.compile(rb"\x30\x82(..)\x30\x82..\xa0\x03\x02\x01\x02", re.S)


class Authority:
    """Made anew in that directory: `pem` is its certificate, `server` the context of a server at localhost."""

    def __init__(self, directory, openssl="openssl"):
        self.directory, self.openssl = directory, openssl
        self.pem = os.path.join(directory, "authority.pem")
        self.sign_self("bench")
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
                 "server.csr", "-subj", "/CN=localhost")
        self.write("server.ext", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self.serve()

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def run(self, *words):
        subprocess.run([self.openssl, *words], cwd=self.directory, check=True, capture_output=True)

    def sign_self(self, comment):
        """The comment makes the certificate as long as is wanted."""
        key = [] if os.path.exists(self.path("authority.key")) else [
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "authority.key"]
        self.run("req", "-x509", *(key or ["-new", "-key", "authority.key"]), "-out", "authority.pem", "-days", "30",
                 "-subj", "/CN=Vakhta bench", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
                 f"nsComment={comment}")
        with open(self.pem, encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())

    def serve(self):
        self.run("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
                 "-days", "30", "-extfile", "server.ext", "-out", "server.pem")
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(self.path("server.pem"), self.path("server.key"))

    def trusted_by(self, binary, copy):
        """Makes the copy of our binary that trusts us; answers whether it could be made."""
        shutil.copy2(binary, copy)
        with open(copy, "r+b") as file:
            content = file.read()
            for found in ROOT.finditer(content):
                at, length = found.start(), int.from_bytes(found[1], "big") + 4
                if not 700 <= length <= 1500 or not self.is_certificate(content[at:at + length]):
                    continue
                ours = self.as_long_as(length)
                if ours is None:
                    continue
                file.seek(at)
                file.write(ours)
                self.serve()
                return True
        os.remove(copy)
        return False

    def is_certificate(self, der):
        asked = subprocess.run([self.openssl, "x509", "-inform", "der", "-noout"], input=der, capture_output=True)
        return asked.returncode == 0

    def as_long_as(self, length):
        """A signature is two or three bytes longer at times, so it is tried again."""
        comment = "x" * 250
        for _ in range(60):
            der = self.sign_self(comment)
            if len(der) == length:
                return der
            comment = "x" * max(1, len(comment) + length - len(der))
        return None

    def client(self):
        return ssl.create_default_context(cafile=self.pem)
