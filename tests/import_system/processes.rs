//! Real processes: killed in the middle, and many on one cold tree.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Modules of the tree.
const MODULES: usize = 24;

/// A folder that goes away with the value.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A fresh folder.
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("pyrs-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The interpreter, with an environment of its own.
pub fn pyrs(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrs"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    command
}

fn plant(folder: &Path) {
    let package = folder.join("pkg");
    std::fs::create_dir_all(&package).expect("a package");
    let mut init = String::new();
    for number in 0..MODULES {
        let body: String = (0..60)
            .map(|line| format!("def f{line}(a, b={line}): return [a, b, {number}]\n"))
            .collect();
        std::fs::write(package.join(format!("m{number}.py")), body).expect("a module");
        init.push_str(&format!("from . import m{number}\n"));
    }
    std::fs::write(package.join("__init__.py"), init).expect("a package");
}

fn start(folder: &Path) -> Child {
    pyrs(folder)
        .args(["-S", "-c", "import pkg; print(pkg.m0.f0(1))"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("pyrs starts")
}

/// Names in the cache folder that are no caches.
fn leftovers(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("pkg/__pycache__"));
    entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".pyc"))
        .collect()
}

fn verify(folder: &Path) {
    let output = pyrs(folder)
        .args(["-S", "-m", "pyrs.cache", "verify", "pkg"])
        .output()
        .expect("pyrs starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
}

#[test]
fn thirty_two_processes_on_a_cold_tree() {
    let folder = Folder::new("cold");
    plant(&folder.0);
    let children: Vec<Child> = (0..32).map(|_| start(&folder.0)).collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        assert_eq!(output.stdout, b"[1, 0, 0]\n", "{errors}");
    }
    assert_eq!(leftovers(&folder.0), Vec::<String>::new());
    verify(&folder.0);
}

#[test]
fn killed_in_the_middle() {
    let folder = Folder::new("killed");
    plant(&folder.0);
    for round in 0..12_u64 {
        let _ = std::fs::remove_dir_all(folder.0.join("pkg/__pycache__"));
        let mut child = start(&folder.0);
        std::thread::sleep(Duration::from_millis(5 + round * 9));
        let _ = child.kill();
        drop(child.wait_with_output());
        let output = start(&folder.0).wait_with_output().expect("it ends");
        assert_eq!(
            output.stdout,
            b"[1, 0, 0]\n",
            "round {round}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        verify(&folder.0);
    }
}

#[test]
fn no_room_for_any_file() {
    let folder = Folder::new("full");
    plant(&folder.0);
    let interpreter = env!("CARGO_BIN_EXE_pyrs");
    let import = "import pkg; print(pkg.m0.f0(1))";
    let limited = |blocks: &str| {
        let mut shell = Command::new("sh");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                shell.env_remove(name);
            }
        }
        shell
            .current_dir(&folder.0)
            .args(["-c", "ulimit -f $1; exec \"$2\" -S -c \"$3\"", "sh"])
            .args([blocks, interpreter, import])
            .output()
            .expect("sh starts")
    };
    // No byte, and enough for the beginning of a pyc only.
    for blocks in ["0", "1"] {
        let output = limited(blocks);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.stdout, b"[1, 0, 0]\n", "{blocks}: {errors}");
        assert_eq!(leftovers(&folder.0), Vec::<String>::new(), "{blocks}");
        verify(&folder.0);
    }
    let output = start(&folder.0).wait_with_output().expect("it ends");
    assert_eq!(output.stdout, b"[1, 0, 0]\n");
    verify(&folder.0);
}

#[test]
fn the_cache_directory_comes_and_goes() {
    let folder = Folder::new("vanishing");
    plant(&folder.0);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let outputs = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let _ = std::fs::remove_dir_all(folder.0.join("pkg/__pycache__"));
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let run = |_| start(&folder.0).wait_with_output();
        let outputs: Vec<_> = (0..8).map(run).collect();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        outputs
    });
    for output in outputs {
        let output = output.expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.stdout, b"[1, 0, 0]\n", "{errors}");
    }
    let output = start(&folder.0).wait_with_output().expect("it ends");
    assert_eq!(output.stdout, b"[1, 0, 0]\n");
    assert_eq!(leftovers(&folder.0), Vec::<String>::new());
    verify(&folder.0);
}
