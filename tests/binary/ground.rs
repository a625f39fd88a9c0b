//! A directory of its own for each test, and the environment of a clean machine.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::process::Command;

use super::OWNER;
use super::botapi::{BotApi, TOKEN};

/// Samples and judges every second, and does nothing else unless more is added to it.
pub(crate) const QUICK: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "* * * * * *"

[[job]]
name = "evaluate"
run = "evaluate"
cron = "* * * * * *"
"#;

/// A directory that ends with the test.
pub(crate) struct Ground {
    dir: PathBuf,
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = std::fs::set_permissions(self.data(), PermissionsExt::from_mode(0o700));
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Ground {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("vakhta-binary-{}-{number}", std::process::id()));
        std::fs::create_dir_all(dir.join("here")).expect("a directory for temporary files");
        Self { dir }
    }

    /// `DATA_DIR`.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The working directory of the binary.
    pub(crate) fn here(&self) -> PathBuf {
        self.dir.join("here")
    }

    /// A file beside all that, for its owner's eyes only.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.join(name);
        std::fs::write(&path, text).expect("a directory of our own");
        allow(&path, 0o600);
        path
    }

    /// Where Docker would listen.
    pub(crate) fn socket(&self) -> PathBuf {
        self.dir.join("docker.sock")
    }

    /// The binary with these words, on a machine where nothing is set but where our things are.
    pub(crate) fn vakhta(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(words)
            .env_clear()
            .current_dir(self.here())
            .env("DATA_DIR", self.data())
            .env("DOCKER_HOST", format!("unix://{}", self.socket().display()))
            .env("TZ", "UTC")
            // Where a test counts messages, it is not about this one.
            .env("START_CARD", "off")
            .env("RUST_BACKTRACE", "1")
            .kill_on_drop(true);
        command
    }

    /// The binary as it serves Telegram for [`OWNER`].
    pub(crate) fn serving(&self, api: &BotApi) -> Command {
        let mut command = self.vakhta(&[]);
        command
            .env("BOT_TOKEN", TOKEN)
            .env("TELEGRAM_USER_ID", OWNER.to_string())
            .env("TELEGRAM_API_URL", api.url());
        command
    }

    /// The same with a declaration of its own.
    pub(crate) fn serving_with(&self, api: &BotApi, declaration: &str) -> Command {
        let mut command = self.serving(api);
        command.env("VAKHTA_CONFIG", self.file("vakhta.toml", declaration));
        command
    }

    /// Every file in `DATA_DIR`.
    pub(crate) fn kept(&self) -> Vec<PathBuf> {
        let listed = std::fs::read_dir(self.data()).expect("the store");
        listed.map(|it| it.expect("an entry").path()).filter(|it| it.is_file()).collect()
    }
}

/// What is tested: the binary that was built beside this test, or the one that `VAKHTA_BIN` names (a release build).
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("VAKHTA_BIN").map_or_else(|| env!("CARGO_BIN_EXE_vakhta").into(), PathBuf::from)
}

/// Sets permissions.
pub(crate) fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("a path of our own");
}
