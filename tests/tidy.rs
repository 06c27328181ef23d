//! The rules of the tree that a machine can check: module docs, file sizes, layers, where `unsafe` may stand, and the "where is" table of
//! `src/README.md`. A rule that is not here is not a rule.

use std::path::{Path, PathBuf};

/// Lines a file may have.
const FILE_LINES_MAX: usize = 1000;

/// Folders and files that may contain `unsafe`.
const UNSAFE_ALLOWED: &[&str] = &[
    "src/vm/object/",
    "src/vm/gc/",
    "src/vm/gc.rs",
    "src/vm/context.rs",
    "src/vm/context/",
    "src/vm/interp/",
    "src/vm/types/boot.rs",
    "src/vm/types/dict/",
    "src/vm/types/tuple/",
    "src/vm/types/str/value.rs",
    "src/vm/types/bytes/value.rs",
    "src/vm/types/set/table.rs",
    "src/vm/types/generator.rs",
    "src/vm/types/async_gen_awaitables.rs",
    "src/vm/types/async_generator.rs",
    "src/vm/types/frame_object.rs",
    "src/vm/runtime/",
    "src/derive/",
    "src/base/text.rs",
    // The command's allocator.
    "src/pyrs/small_blocks.rs",
    // Traversal of payloads, written by hand; this part of the list only gets shorter.
    "src/vm/types/builtin_function.rs",
    "src/vm/types/cell.rs",
    "src/vm/types/code.rs",
    "src/vm/types/coroutine_wrapper.rs",
    "src/vm/types/descriptor/classmethod.rs",
    "src/vm/types/descriptor/staticmethod.rs",
    "src/vm/types/descriptor/wrapper.rs",
    "src/vm/types/function.rs",
    "src/vm/types/list/value.rs",
    "src/vm/types/method.rs",
    "src/vm/types/object_.rs",
    "src/vm/types/type_/value.rs",
    // Frames and other memory of the running thread, read through pointers; this part of the list only gets shorter, too.
    "src/vm/modules/builtins/code_eval.rs",
    "src/vm/modules/builtins/functions.rs",
    "src/vm/modules/gc_.rs",
    "src/vm/modules/sys/frames.rs",
    "src/vm/modules/warnings.rs",
    "src/vm/types/frame_methods.rs",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "snapshot-tests", "benches"] {
        rust_files(&root().join(folder), &mut files);
    }
    files.sort();
    let mut sources = Vec::new();
    for file in files {
        let name = file.strip_prefix(root()).unwrap_or(&file);
        let name = name.to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&file).expect("sources are UTF-8");
        sources.push((name, text));
    }
    assert!(sources.len() > 100, "the tree was found");
    sources
}

fn report(problems: &[String]) {
    let count = problems.len();
    assert!(
        problems.is_empty(),
        "{count} problems:\n{}",
        problems.join("\n")
    );
}

#[test]
fn every_file_says_what_lives_in_it() {
    let mut without = Vec::new();
    for (name, text) in sources() {
        if !text.starts_with("//!") {
            without.push(name);
        }
    }
    report(&without);
}

#[test]
fn no_file_is_too_long() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let generated = text.lines().take(3).any(|line| line.contains("@generated"));
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX && !generated {
            problems.push(format!("{name}: {lines} lines, at most {FILE_LINES_MAX}"));
        }
    }
    report(&problems);
}

#[test]
fn no_mod_rs() {
    let names = sources().into_iter().map(|(name, _)| name);
    let found: Vec<String> = names.filter(|name| name.ends_with("/mod.rs")).collect();
    report(&found);
}

#[test]
fn unsafe_stands_where_it_may() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let allowed = UNSAFE_ALLOWED.iter().any(|prefix| name.starts_with(prefix));
        let uses = text.lines().map(str::trim_start).any(|line| {
            let code = !line.starts_with("//");
            let words = ["unsafe {", "unsafe fn", "unsafe impl"];
            code && words.iter().any(|word| line.contains(word))
        });
        if uses && !allowed && !name.ends_with("ffi.rs") && name.starts_with("src/") {
            problems.push(format!("{name}: unsafe outside the allowed files"));
        }
    }
    report(&problems);
}

#[test]
fn no_macro_that_panics_on_unfinished_work() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        if !name.starts_with("src/") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            for banned in ["todo!(", "unimplemented!(", "dbg!("] {
                if line.contains(banned) {
                    let place = number + 1;
                    problems.push(format!(
                        "{name}:{place}: {banned}…): raise NotImplementedError"
                    ));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn the_map_names_places_that_exist() {
    let map = std::fs::read_to_string(root().join("src/README.md"));
    let map = map.expect("src/README.md is the map");
    let mut problems = Vec::new();
    let mut checked = 0;
    for (number, line) in map.lines().enumerate() {
        for code in line.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "lib/"]
                .iter()
                .any(|top| code.starts_with(top));
            if is_path && !code.contains(['{', '*', '<', ' ']) {
                checked += 1;
                if !root().join(code).exists() {
                    problems.push(format!("src/README.md:{}: no {code}", number + 1));
                }
            }
        }
    }
    assert!(checked > 20, "the map has a table of places");
    report(&problems);
}

/// Layers inside `vm`, from the bottom; each may name itself and what is below.
const LAYERS: &[&str] = &[
    "object", "context", "gc", "protocol", "types", "interp", "import", "modules", "runtime",
];

/// Types that are objects of the loop, and so belong to its layer.
const OF_INTERP: &[&str] = &[
    "types/generator",
    "types/async_gen",
    "types/anext_awaitable",
    "types/coroutine_wrapper",
    "types/frame_object",
    "types/frame_methods",
    "types/descriptor/super_",
];

/// Files of `modules` that name `runtime` although it is above them (configuration, printed tracebacks, paths); the list only gets shorter.
const UPWARD_DEBT: &[&str] = &[
    "src/vm/modules/atexit.rs",
    "src/vm/modules/builtins/code_eval.rs",
    "src/vm/modules/sys/config.rs",
    "src/vm/modules/sys/exceptions.rs",
    "src/vm/modules/sys/info.rs",
    "src/vm/modules/symtable.rs",
    "src/vm/modules/warnings/explicit.rs",
];

/// The layer a file of `vm` belongs to.
fn layer_of(name: &str) -> Option<usize> {
    let path = name.strip_prefix("src/vm/")?;
    let top = path.split(['/', '.']).next()?;
    let of_interp = OF_INTERP.iter().any(|prefix| path.starts_with(prefix));
    let layer = if of_interp { "interp" } else { top };
    LAYERS.iter().position(|known| *known == layer)
}

#[test]
fn layers_of_the_vm_point_one_way() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let Some(own) = layer_of(&name) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for other in &LAYERS[own + 1..] {
                // Storage and definitions of types may be named by every layer; objects and the context they live in know each other.
                let debt = *other == "runtime" && UPWARD_DEBT.contains(&name.as_str());
                let free = debt || *other == "types" || *other == "context";
                if !free && line.contains(&format!("crate::{other}::")) {
                    let (place, own) = (number + 1, LAYERS[own]);
                    problems.push(format!("{name}:{place}: {own} names {other}"));
                }
            }
        }
    }
    report(&problems);
}
