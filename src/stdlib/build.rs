//! Packs the pure-Python standard library into the binary.
//!
//! The sources come with the crate `rustpython-pylib`; `lib/` of this repository is laid over them (see `lib/README.md`), and `PATCHES`
//! takes back what that crate bent to another interpreter. With the feature `precompiled` every module is also compiled here, by pyrs's
//! own compiler. What is written is one file of compressed sources, one of marshal streams, and a sorted index.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Directories that are not carried: tests, development tools, and what needs a display.
const LEFT_OUT: &[&str] = &[
    "test",
    "tests",
    "idlelib",
    "lib2to3",
    "turtledemo",
    "ensurepip/_bundled",
    "__pycache__",
    "idle_test",
    "site-packages",
    "tkinter/test",
];

const RE_TEMPLATES: &str = r#"
def _filled(parts, match):
    empty = parts[0][:0]
    return empty.join(
        match.group(part) or empty if place % 2 else part
        for place, part in enumerate(parts)
    )

@functools.lru_cache(_MAXCACHE)
def _template_parts(template, pattern):
    return _parser.parse_template(template, pattern)

def _expand(pattern, match, template):
    return _filled(_template_parts(template, pattern), match)

def _subx(pattern, template):
    parts = _template_parts(template, pattern)
    if len(parts) == 1:
        return parts[0]
    return lambda match: _filled(parts, match)

import copyreg
"#;

/// Texts that are put back: file, what stands there, what belongs there.
const PATCHES: &[(&str, &str, &str)] = &[
    ("re/_constants.py", "MAGIC = 20221023", "MAGIC = 20220615"),
    (
        "types.py",
        "    if (False and func.__class__ is FunctionType and",
        "    if (func.__class__ is FunctionType and",
    ),
    ("site.py", "\"RustPython\"", "\"Python\""),
    ("site.py", "lib/rustpython", "lib/python"),
    ("site.py", "\"rustpython%d.%d\"", "\"python%d.%d\""),
    (
        "io.py",
        "                 text_encoding, TextIOWrapper)",
        "                 IncrementalNewlineDecoder, text_encoding, TextIOWrapper)",
    ),
    (
        "io.py",
        "try:\n    from _pyio import IncrementalNewlineDecoder\nexcept ImportError:\n    pass\n",
        "",
    ),
    // 3.11's `_sre` asks `re` for what 3.12's does itself.
    ("re/__init__.py", "import copyreg\n", RE_TEMPLATES),
    (
        "sysconfig.py",
        ".replace(\"Python\", \"RustPython\").replace(\"/python\", \"/rustpython\")",
        "",
    ),
];

struct Module {
    name: String,
    path: String,
    source: Vec<u8>,
}

fn collect(
    root: &Path,
    folder: &Path,
    files: &mut BTreeMap<String, PathBuf>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let relative = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .to_string_lossy()
            .into_owned();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.is_dir() {
            if !LEFT_OUT.contains(&name.as_str()) && !LEFT_OUT.contains(&relative.as_str()) {
                collect(root, &path, files)?;
            }
        } else if name.ends_with(".py") {
            files.insert(relative, path);
        }
    }
    Ok(())
}

/// The module a file is, by its path.
fn module_name(path: &str) -> String {
    let stem = path.trim_end_matches(".py");
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.replace('/', ".")
}

fn patched(path: &str, source: Vec<u8>) -> Vec<u8> {
    let patches: Vec<_> = PATCHES.iter().filter(|patch| patch.0 == path).collect();
    if patches.is_empty() {
        return source;
    }
    let mut text = String::from_utf8_lossy(&source).into_owned();
    for (_, from, to) in patches {
        if !text.contains(from) {
            println!("cargo:warning={path}: nothing to put back for {from:?}");
        }
        text = text.replace(from, to);
    }
    text.into_bytes()
}

#[cfg(feature = "precompiled")]
fn compiled(module: &Module) -> Vec<u8> {
    let filename = format!("/pyrs/lib/python3.11/{}", module.path);
    let options = compiler::CompileOptions::named(&filename);
    match compiler::compile(&module.source, &options) {
        Ok(compiled) => bytecode::marshal::dumps_code(&compiled.code).unwrap_or_default(),
        Err(error) => {
            println!("cargo:warning={}: {error:?}", module.path);
            Vec::new()
        }
    }
}

#[cfg(not(feature = "precompiled"))]
fn compiled(_module: &Module) -> Vec<u8> {
    Vec::new()
}

/// Every module's code, made on all cores.
fn compile_all(modules: &[Module]) -> Vec<Vec<u8>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chunk = modules.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = modules
            .chunks(chunk)
            .map(|modules| {
                std::thread::Builder::new()
                    .stack_size(64 << 20)
                    .spawn_scoped(scope, move || {
                        modules.iter().map(compiled).collect::<Vec<_>>()
                    })
                    .expect("a thread")
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("the compiler does not panic"))
            .collect()
    })
}

fn main() -> std::io::Result<()> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lib");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", own.display());
    let mut files = BTreeMap::new();
    let root = Path::new(rustpython_pylib::LIB_PATH);
    collect(root, root, &mut files)?;
    if own.is_dir() {
        collect(&own, &own, &mut files)?;
    }
    let mut modules = Vec::new();
    for (path, file) in files {
        let source = patched(&path, std::fs::read(file)?);
        let name = module_name(&path);
        modules.push(Module { name, path, source });
    }
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    let codes = compile_all(&modules);
    let (mut sources, mut code) = (Vec::new(), Vec::new());
    let mut index = String::from("&[\n");
    for (module, stream) in modules.iter().zip(&codes) {
        let packed = miniz_oxide::deflate::compress_to_vec(&module.source, 8);
        let _ = writeln!(
            index,
            "Entry {{ name: {:?}, path: {:?}, source: ({}, {}), code: ({}, {}) }},",
            module.name,
            module.path,
            sources.len(),
            packed.len(),
            code.len(),
            stream.len()
        );
        sources.extend_from_slice(&packed);
        code.extend_from_slice(stream);
    }
    index.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("sources.bin"), sources)?;
    std::fs::write(out.join("code.bin"), code)?;
    std::fs::write(out.join("index.rs"), index)
}
