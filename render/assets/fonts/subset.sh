#!/bin/sh
# Makes the three font files beside this script from Debian's own packages.
# Needs dpkg-deb, apt-get and fontTools (pip install fonttools). Run it anywhere; it works in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download fonts-inter fonts-dejavu-core
for package in *.deb; do dpkg-deb -x "$package" root; done

# ASCII, Latin-1, Latin Extended-A, Cyrillic with its supplement of Kazakh, Ukrainian and others, and what charts write.
letters='U+0020-007E,U+00A0-017F,U+0218-021B,U+0400-045F,U+0490-0493,U+049A-049D,U+04A2-04A3,U+04AE-04B3,U+04BA-04BB,U+04D8-04D9,U+04E8-04E9'
signs='U+03BC,U+03C3,U+2010-2014,U+2018-201A,U+201C-201E,U+2020,U+2022,U+2026,U+202F,U+2030,U+2039-203A,U+20AC,U+20BD,U+2116,U+2122,U+2190-2193,U+2206,U+2212,U+221A,U+221E,U+2248,U+2260,U+2264-2265,U+25A1,U+25CF,U+26A0,U+2713'
# Asked only for what Inter lacks or was not kept of it, with ASCII so that it can stand alone.
more='U+0020-007E,U+0370-03FF,U+0460-04FF,U+2070-208E,U+2190-2199,U+21D0-21D5,U+2200-222B,U+2248,U+2260-2265,U+2500-25FF,U+2605-2606,U+2610-2612,U+26A0,U+2713,U+2717'
for face in Regular SemiBold; do
    pyftsubset "root/usr/share/fonts/opentype/inter/Inter-$face.otf" --unicodes="$letters,$signs" \
        --layout-features='' --no-hinting --name-IDs='*' --output-file="$here/Inter-$face.otf"
done
pyftsubset root/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf --unicodes="$more" \
    --layout-features='' --no-hinting --name-IDs='*' --output-file=mono.ttf

# The licence of Bitstream Vera asks that a modified font carry a name of its own.
python3 - mono.ttf "$here/VakhtaMono.ttf" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1])
for record in font["name"].names:
    name = {1: "Vakhta Mono", 3: "Vakhta Mono, a subset of DejaVu Sans Mono 2.37", 4: "Vakhta Mono", 6: "VakhtaMono", 16: "Vakhta Mono"}.get(record.nameID)
    if name:
        record.string = name
font.save(sys.argv[2])
PYTHON
ls -l "$here"
