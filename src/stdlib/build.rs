//! Packs the pure-Python standard library into the binary.
//!
//! The sources come with the crate `rustpython-pylib`, from three of its releases (`library_files.rs`); `lib/` of this repository is laid
//! over them (see `lib/README.md`), and `PATCHES` takes back what that crate bent to another interpreter or took from a later Python. With the feature `precompiled`, and when the build is optimised at all, every
//! module is also compiled, by pyrs's own compiler (`src/precompile`). What is written is one file of compressed sources, one of marshal
//! streams with their indexes, and a sorted index of modules.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[path = "library_files.rs"]
mod library_files;

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
        "zipimport.py",
        "            import os\n            path = os.fsdecode(path)\n",
        "            raise TypeError(f\"expected str, not {type(path)!r}\")\n",
    ),
    (
        "types.py",
        "    if (False and func.__class__ is FunctionType and",
        "    if (func.__class__ is FunctionType and",
    ),
    (
        "inspect.py",
        "        arguments = OrderedDict()",
        "        arguments = {}",
    ),
    // Without `types`, as in 3.11.7: its lines are counted in tracebacks.
    ("runpy.py", "import types\n", ""),
    (
        "runpy.py",
        "\"run_module\", \"run_path\",\n]\n",
        "\"run_module\", \"run_path\",\n]\n\n# `types` is not needed for its class of modules alone.\nModuleType = type(sys)\n",
    ),
    (
        "runpy.py",
        "types.ModuleType(mod_name)",
        "ModuleType(mod_name)",
    ),
    ("site.py", "\"RustPython\"", "\"Python\""),
    ("site.py", "\\RustPython{", "\\Python{"),
    ("site.py", "lib/rustpython", "lib/python"),
    ("site.py", "\"rustpython%d.%d\"", "\"python%d.%d\""),
    (
        "io.py",
        "                 text_encoding, TextIOWrapper)",
        "                 IncrementalNewlineDecoder, text_encoding, TextIOWrapper)",
    ),
    (
        "io.py",
        "\"SEEK_SET\", \"SEEK_CUR\", \"SEEK_END\"]",
        "\"SEEK_SET\", \"SEEK_CUR\", \"SEEK_END\",\n           \"DEFAULT_BUFFER_SIZE\", \"text_encoding\", \"IncrementalNewlineDecoder\"]",
    ),
    (
        "io.py",
        "    raise AttributeError(name)",
        "    raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")",
    ),
    (
        "collections/__init__.py",
        "    from ._defaultdict import defaultdict",
        "    pass",
    ),
    (
        "dataclasses.py",
        "match_args, kw_only, slots):",
        "match_args, kw_only, slots, weakref_slot):",
    ),
    (
        "dataclasses.py",
        "    if slots:\n        cls = _add_slots(cls, frozen)",
        "    if weakref_slot and not slots:\n        raise TypeError('weakref_slot is True but slots is False')\n    if slots:\n        cls = _add_slots(cls, frozen, weakref_slot)",
    ),
    (
        "dataclasses.py",
        "        raise TypeError('must be called with a dataclass type or instance')\n\n    # Exclude",
        "        raise TypeError('must be called with a dataclass type or instance') from None\n\n    # Exclude",
    ),
    (
        "lzma.py",
        "from compression._common import _streams",
        "import _compression as _streams",
    ),
    (
        "csv.py",
        "                 QUOTE_STRINGS, QUOTE_NOTNULL, \\\n",
        "",
    ),
    (
        "csv.py",
        "           \"QUOTE_STRINGS\", \"QUOTE_NOTNULL\",\n",
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

/// Modules that many programs load, or every `-m`, and that are not frozen: their code is carried for `-O` and `-OO`, too. Others are
/// compiled when they are imported.
const COMMON: &[&str] = &[
    "_weakrefset",
    "collections",
    "contextlib",
    "copyreg",
    "encodings",
    "encodings.aliases",
    "encodings.utf_8",
    "enum",
    "functools",
    "importlib",
    "importlib._abc",
    "importlib.abc",
    "keyword",
    "operator",
    "pkgutil",
    "re",
    "re._casefix",
    "re._compiler",
    "re._constants",
    "re._parser",
    "reprlib",
    "types",
    "warnings",
    "weakref",
];

/// Levels of optimisation: none, `-O`, `-OO`.
const LEVELS: usize = 3;

/// The lengths of a module's code and of its index at each level; 0 where there is none.
type Lengths = [(usize, usize); LEVELS];
const NO_CODE: Lengths = [(0, 0); LEVELS];

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

impl Module {
    /// The levels at which its code is carried.
    fn levels(&self) -> std::ops::Range<usize> {
        if COMMON.contains(&self.name.as_str()) {
            0..LEVELS
        } else {
            0..1
        }
    }
}

/// Every module's code, or nothing where there is none: without the feature, in an unoptimised build, and when the compiler cannot be built.
///
/// The compiler is run as a program that Cargo builds for the purpose, in a folder of its own below the target folder.
fn compile_all(modules: &[Module], out: &Path) -> std::io::Result<Vec<Lengths>> {
    let unoptimised = std::env::var_os("OPT_LEVEL").is_some_and(|level| level == "0");
    std::fs::write(out.join("code.bin"), "")?;
    if unoptimised || std::env::var_os("CARGO_FEATURE_PRECOMPILED").is_none() {
        return Ok(vec![NO_CODE; modules.len()]);
    }
    let source = out.join("py");
    for module in modules {
        let file = source.join(&module.path);
        std::fs::create_dir_all(file.parent().unwrap_or(&source))?;
        std::fs::write(file, &module.source)?;
    }
    let lengths = run_compiler(modules, &source, &out.join("code.bin"));
    Ok(lengths.unwrap_or_else(|error| {
        println!("cargo:warning=the library is carried uncompiled: {error}");
        vec![NO_CODE; modules.len()]
    }))
}

fn run_compiler(modules: &[Module], source: &Path, output: &Path) -> Result<Vec<Lengths>, String> {
    let root = manifest_dir().join("../..");
    for folder in ["base", "bytecode", "compiler", "precompile"] {
        println!(
            "cargo:rerun-if-changed={}",
            root.join("src").join(folder).display()
        );
    }
    // OUT_DIR is target/PROFILE/build/PACKAGE/out.
    let target = output.ancestors().nth(5).unwrap_or(source);
    let target = target.join("precompile");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package=pyrs-precompile",
            "--profile=precompile",
        ])
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        // What is meant for the code that is being built.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_BUILD_TARGET")
        .stdout(Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err(format!("the compiler does not build: {status}"));
    }
    let mut child = Command::new(target.join("precompile/pyrs-precompile"))
        .arg(source)
        .arg("/pyrs/lib/python3.11")
        .arg(output)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let wanted: Vec<(&Module, usize)> = modules
        .iter()
        .flat_map(|module| module.levels().map(move |level| (module, level)))
        .collect();
    let lines: String = wanted
        .iter()
        .map(|(module, level)| {
            let frozen = library_files::FROZEN
                .iter()
                .find(|(path, _)| *path == module.path);
            match frozen {
                Some((path, name)) => format!("{level} {path}\t<frozen {name}>\n"),
                None => format!("{level} {}\n", module.path),
            }
        })
        .collect();
    if let Some(mut stdin) = child.stdin.take() {
        std::io::Write::write_all(&mut stdin, lines.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    let answer = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    let mut lengths = String::from_utf8_lossy(&answer.stdout)
        .lines()
        .map_while(|line| {
            let (code, index) = line.split_once(' ')?;
            Some((code.parse().ok()?, index.parse().ok()?))
        })
        .collect::<Vec<(usize, usize)>>()
        .into_iter();
    if !answer.status.success() || lengths.len() != wanted.len() {
        return Err(format!("the compiler failed: {}", answer.status));
    }
    let of_module = |module: &Module| {
        let mut own = NO_CODE;
        for level in module.levels() {
            own[level] = lengths.next().unwrap_or((0, 0));
        }
        own
    };
    Ok(modules.iter().map(of_module).collect())
}

/// This package's folder as it is when the build runs: a target folder that was copied holds programs built for another checkout.
fn manifest_dir() -> PathBuf {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR");
    PathBuf::from(folder.expect("cargo sets it"))
}

fn main() -> std::io::Result<()> {
    let own = manifest_dir().join("../../lib");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=library_files.rs");
    println!("cargo:rerun-if-changed={}", own.display());
    let mut files = BTreeMap::new();
    let root = Path::new(rustpython_pylib::LIB_PATH);
    collect(root, root, &mut files)?;
    for path in library_files::NOT_OF_3_11 {
        files.remove(*path);
    }
    let others = [
        (rustpython_pylib_0_3::LIB_PATH, library_files::FROM_0_3),
        (rustpython_pylib_0_6::LIB_PATH, library_files::FROM_0_6),
    ];
    for (root, paths) in others {
        for path in paths {
            files.insert((*path).to_owned(), Path::new(root).join(path));
        }
    }
    collect(&own, &own, &mut files)?;
    files.retain(|path, _| !path.starts_with("additions/"));
    let mut modules = Vec::new();
    for (path, file) in files {
        let mut source = patched(&path, std::fs::read(file)?);
        let addition = own.join("additions").join(&path);
        if addition.is_file() {
            source.extend(std::fs::read(addition)?);
        }
        let name = module_name(&path);
        modules.push(Module { name, path, source });
    }
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let lengths = compile_all(&modules, &out)?;
    let (mut sources, mut code_start) = (Vec::new(), 0);
    let mut index = String::from("&[\n");
    for (module, lengths) in modules.iter().zip(lengths) {
        let packed = miniz_oxide::deflate::compress_to_vec(&module.source, 8);
        let code = lengths.map(|(code, index)| {
            let start = code_start;
            code_start += code + index;
            (start, code, index)
        });
        let _ = writeln!(
            index,
            "Entry {{ name: {:?}, path: {:?}, source: ({}, {}), code: {code:?} }},",
            module.name,
            module.path,
            sources.len(),
            packed.len(),
        );
        sources.extend_from_slice(&packed);
    }
    index.push_str("]\n");
    std::fs::write(out.join("sources.bin"), sources)?;
    std::fs::write(out.join("index.rs"), index)
}
