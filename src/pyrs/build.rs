//! How the command is linked, so that it starts sooner: at a fixed address, which saves some 15,000 relocations (Debian builds its python3.11
//! the same way), and with the unwinder inside, which saves the dynamic linker a library.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=src/pyrs/build.rs");
    let is = |key: &str, wanted: &str| std::env::var(key).is_ok_and(|value| value == wanted);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        if std::env::var("HOST") == std::env::var("TARGET")
            && let Some(archive) = unwinder()
        {
            stand_in_for_library(&archive);
        }
    }
}

/// The archive with the unwinder, where the C compiler says that it is.
fn unwinder() -> Option<PathBuf> {
    let answer = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
    (path.is_absolute() && path.is_file()).then_some(path)
}

/// Rust's own library asks for `-lgcc_s`. This file is found before the system's, and names the archive.
fn stand_in_for_library(archive: &Path) {
    let Some(folder) = std::env::var_os("OUT_DIR").map(PathBuf::from) else {
        return;
    };
    let script = format!("INPUT({})\n", archive.display());
    if std::fs::write(folder.join("libgcc_s.so"), script).is_ok() {
        println!("cargo:rustc-link-arg-bins=-L{}", folder.display());
    }
}
