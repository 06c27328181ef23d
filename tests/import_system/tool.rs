//! `pyrs -m pyrs.cache` on a tree with one of each.

use crate::processes::{Folder, pyrs};
use std::path::Path;

fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = pyrs(folder)
        .args(["-S", "-m", "pyrs.cache"])
        .args(args)
        .output()
        .expect("pyrs starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text + &errors)
}

fn cache(folder: &Path, module: &str) -> std::path::PathBuf {
    folder.join(format!("__pycache__/{module}.cpython-311.pyc"))
}

#[test]
fn finds_what_is_wrong() {
    let folder = Folder::new("tool");
    let path = &folder.0;
    for (name, text) in [
        ("good", "A = 1\n"),
        ("forged", "A = 2\n"),
        ("stale", "A = 3\n"),
        ("cut", "A = 4\n"),
        ("gone", "A = 5\n"),
    ] {
        std::fs::write(path.join(format!("{name}.py")), text).expect("a source");
    }
    let (code, text) = run(path, &["compile", "-j", "2", "."]);
    assert_eq!((code, text.trim()), (0, "5 written, 0 fresh, 0 failed"));
    let (code, text) = run(path, &["compile", "."]);
    assert_eq!((code, text.trim()), (0, "0 written, 5 fresh, 0 failed"));
    assert_eq!(run(path, &["verify", "."]), (0, String::from("5 fresh\n")));

    let good = std::fs::read(cache(path, "good")).expect("a cache");
    let mut forged = std::fs::read(cache(path, "forged")).expect("a cache");
    forged.truncate(16);
    forged.extend_from_slice(&good[16..]);
    std::fs::write(cache(path, "forged"), forged).expect("written");
    std::fs::write(path.join("stale.py"), "A = 33\n").expect("written");
    let cut = std::fs::read(cache(path, "cut")).expect("a cache");
    std::fs::write(cache(path, "cut"), &cut[..40]).expect("written");
    std::fs::remove_file(path.join("gone.py")).expect("removed");
    let leftover = path.join("__pycache__/x.cpython-311.pyc.1234");
    std::fs::write(&leftover, "").expect("written");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = std::fs::File::options().write(true).open(&leftover);
    file.and_then(|file| file.set_modified(long_ago))
        .expect("the time is set");
    // A write that may still go on, and what is not a cache at all.
    let young = path.join("__pycache__/y.cpython-311.pyc.99");
    std::fs::write(&young, "").expect("written");
    for name in ["notes.txt", "notes.pyc", "notes.pyc.1", "m.cpython-312.pyc"] {
        std::fs::write(path.join("__pycache__").join(name), "kept").expect("written");
    }

    let (code, text) = run(path, &["verify", "."]);
    assert_eq!(code, 1, "{text}");
    for line in [
        "forged: is not what its source compiles to",
        "stale: its source was changed",
        "damaged: cannot be read",
        "1 fresh, 1 stale, 2 orphan, 1 foreign, 1 damaged, 1 forged",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let (code, text) = run(path, &["verify", "--json", "."]);
    assert_eq!(code, 1);
    assert!(text.starts_with("{\"ok\": false, \"files\": ["), "{text}");

    let (code, text) = run(path, &["why", "good"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("good.cpython-311.pyc: time and size of the source match"),
        "{text}"
    );
    let (code, text) = run(path, &["why", "stale", "nowhere"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("stale.py: compiled, then cached; "), "{text}");

    // What is forged cannot be seen without compiling, so cleaning leaves it.
    let (code, text) = run(path, &["clean", "."]);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with("removed 4 files"), "{text}");
    assert!(cache(path, "forged").exists() && !cache(path, "gone").exists());
    let (code, text) = run(path, &["clean", "--all", "."]);
    assert_eq!(code, 0, "{text}");
    let mut left: Vec<String> = std::fs::read_dir(path.join("__pycache__"))
        .expect("it is there")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    let kept = [
        "m.cpython-312.pyc",
        "notes.pyc",
        "notes.pyc.1",
        "notes.txt",
        "y.cpython-311.pyc.99",
    ];
    assert_eq!(left, kept);
    assert_eq!(run(path, &["nonsense"]).0, 2);
}

/// A pyc with a hash that an import does not check is used although its source has changed, so it is not cleaned away.
#[test]
fn what_an_import_uses_is_not_cleaned_away() {
    let folder = Folder::new("used");
    let path = &folder.0;
    std::fs::write(path.join("m.py"), "A = 1\n").expect("a source");
    let (code, text) = run(path, &["compile", "--hash", "-q", "."]);
    assert_eq!(code, 0, "{text}");
    let mut data = std::fs::read(cache(path, "m")).expect("a cache");
    assert_eq!(data[4], 3);
    data[4] = 1;
    std::fs::write(cache(path, "m"), &data).expect("written");
    std::fs::write(path.join("m.py"), "A = 22\n").expect("a source");
    let (code, text) = run(path, &["why", "m"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("m.cpython-311.pyc: "), "{text}");
    assert!(text.contains("which an import does not look at"), "{text}");
    assert_eq!(
        run(path, &["clean", "."]),
        (0, String::from("removed 0 files, 0 bytes\n"))
    );
    // A damaged body behind a good header is what an import would die of.
    data.truncate(40);
    std::fs::write(cache(path, "m"), &data).expect("written");
    std::fs::write(path.join("m.py"), "A = 1\n").expect("a source");
    let (code, text) = run(path, &["why", "--json", "m"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("\"kind\": \"damaged\""), "{text}");
    let (code, text) = run(path, &["clean", "m.py"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with("removed 1 files"), "{text}");
}

#[test]
fn paths_that_are_none() {
    let folder = Folder::new("none");
    let path = &folder.0;
    std::fs::write(path.join("data.txt"), "text").expect("written");
    std::os::unix::fs::symlink("loop", path.join("loop")).expect("a link");
    for command in ["verify", "stats", "clean", "compile"] {
        for name in ["nowhere", "data.txt", "loop"] {
            let (code, text) = run(path, &[command, name]);
            assert_eq!(code, 1, "{command} {name}: {text}");
            assert!(text.contains(name), "{command}: {text}");
        }
    }
    let (code, text) = run(path, &["verify", "--json", "nowhere"]);
    assert_eq!(code, 1);
    assert!(
        text.contains("\"problems\": [{\"path\": \"nowhere\""),
        "{text}"
    );
    assert_eq!(std::fs::read(path.join("data.txt")).expect("kept"), b"text");
    for wrong in [
        &["compile", "-j", "-1"][..],
        &["compile", "-o", "7"],
        &["stats", "--nope"],
    ] {
        assert_eq!(run(path, wrong).0, 2, "{wrong:?}");
    }
}

#[test]
fn caches_below_a_prefix() {
    let folder = Folder::new("prefix");
    let path = &folder.0.canonicalize().expect("a path");
    std::fs::create_dir(path.join("src")).expect("a folder");
    std::fs::write(path.join("src/m.py"), "A = 1\n").expect("a source");
    let with_prefix = |args: &[&str]| {
        let output = pyrs(path)
            .args(["-S", "-X", "pycache_prefix=pre", "-m", "pyrs.cache"])
            .args(args)
            .output()
            .expect("pyrs starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap_or(-1), text)
    };
    let (code, text) = with_prefix(&["compile", "src"]);
    assert_eq!((code, text.trim()), (0, "1 written, 0 fresh, 0 failed"));
    let below = path.strip_prefix("/").expect("an absolute path");
    let cache = path.join("pre").join(below).join("src/m.cpython-311.pyc");
    assert!(cache.exists() && !path.join("src/__pycache__").exists());
    assert_eq!(
        with_prefix(&["verify", "src"]),
        (0, String::from("1 fresh\n"))
    );
    assert_eq!(
        with_prefix(&["verify", "pre"]),
        (0, String::from("1 fresh\n"))
    );
    std::fs::write(path.join("src/m.py"), "A = 22\n").expect("a source");
    assert_eq!(with_prefix(&["verify", "src/m.py"]).0, 1);
    let (code, text) = with_prefix(&["clean", "src"]);
    assert_eq!(code, 0, "{text}");
    assert!(!cache.exists(), "{text}");
}

#[test]
fn a_package_of_that_name_comes_first() {
    let folder = Folder::new("own-package");
    std::fs::create_dir(folder.0.join("pyrs")).expect("a folder");
    std::fs::write(folder.0.join("pyrs/__init__.py"), "").expect("written");
    std::fs::write(folder.0.join("pyrs/cache.py"), "print('mine')\n").expect("written");
    assert_eq!(run(&folder.0, &[]), (0, String::from("mine\n")));
}

#[test]
fn stricter_than_cpython_when_asked() {
    let folder = Folder::new("strict");
    let path = &folder.0;
    std::fs::write(path.join("m.py"), "print('source')\n").expect("a source");
    let import = |option: &str| {
        let mut command = pyrs(path);
        if !option.is_empty() {
            command.args(["-X", option]);
        }
        let output = command
            .args(["-S", "-c", "import m"])
            .output()
            .expect("pyrs starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(import(""), "source\n");
    let mut data = std::fs::read(cache(path, "m")).expect("a cache");

    // A body of another program behind the right header.
    std::fs::write(path.join("other.py"), "print('forged')\n").expect("a source");
    let (code, text) = run(path, &["compile", "-q", "."]);
    assert_eq!(code, 0, "{text}");
    let other = std::fs::read(cache(path, "other")).expect("a cache");
    data.truncate(16);
    data.extend_from_slice(&other[16..]);
    std::fs::write(cache(path, "m"), &data).expect("written");
    assert_eq!(import(""), "forged\n");
    // The pyc was written in the second in which the source was changed, or a later one.
    let time = std::fs::metadata(path.join("m.py"))
        .and_then(|m| m.modified())
        .expect("a time");
    let file = std::fs::File::options()
        .write(true)
        .open(cache(path, "m"))
        .expect("opened");
    file.set_modified(time).expect("the time is set");
    drop(file);
    assert_eq!(import("pyc_freshness=strict"), "source\n");
    std::fs::write(cache(path, "m"), &data).expect("written");
    assert_eq!(import("pyc_verify"), "source\n");
    assert_eq!(import(""), "source\n");

    data.truncate(50);
    std::fs::write(cache(path, "m"), &data).expect("written");
    assert_eq!(import(""), "");
    assert_eq!(import("pyc_repair"), "source\n");
    assert_eq!(import(""), "source\n");
}
