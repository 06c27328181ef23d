//! `why`: which file an import would run.

use super::judge::{Depth, State};
use super::{Options, json_text, print};
use bytecode::pyc::Header;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use vm::context::{PyResult, Vm};
use vm::import::import_name::import_module;
use vm::import::util::{call_method, get, get_opt, sys_get, text};
use vm::object::Value;
use vm::runtime::interpreter::Interpreter;

/// The entries of `sys.path` that are text.
pub fn path_entries(interpreter: &Interpreter) -> Vec<String> {
    let vm: &Vm = interpreter;
    let entries = sys_get(vm, "path").and_then(|path| vm::protocol::iter::to_vec(vm, &path).ok());
    entries.unwrap_or_default().iter().map(text).collect()
}

/// `sys.pycache_prefix`, absolute.
pub fn prefix(interpreter: &Interpreter) -> Option<PathBuf> {
    let prefix = sys_get(interpreter, "pycache_prefix").filter(|prefix| !prefix.is_none())?;
    let prefix = text(&prefix);
    std::path::absolute(prefix).ok()
}

/// An answer.
struct Answer {
    /// What would run: a file, or where the code is.
    file: String,
    /// `cache`, `source`, `builtin`, `frozen`, `namespace`, `other`, `damaged` (the import fails) or `missing`.
    kind: &'static str,
    reason: String,
}

/// Answers for each module; 1 when one cannot be imported.
pub fn main(interpreter: &Interpreter, options: &Options) -> i32 {
    let vm: &Vm = interpreter;
    let mut text = String::new();
    let mut failed = false;
    let mut rows = Vec::new();
    for name in &options.operands {
        let name = &*name.to_string_lossy();
        let answer = explain(vm, name, options).unwrap_or_else(|error| {
            let error = error.to_value();
            let said = vm::protocol::repr::str_text(vm, &error).unwrap_or_default();
            // One line for each module, whatever an exception says.
            let said = said.lines().next().unwrap_or("").to_string();
            Answer {
                file: String::new(),
                kind: "missing",
                reason: format!("{}: {said}", error.class(vm).name_str()),
            }
        });
        failed |= matches!(answer.kind, "missing" | "damaged");
        if options.json {
            rows.push(format!(
                "{{\"module\": {}, \"kind\": {}, \"file\": {}, \"reason\": {}}}",
                json_text(name),
                json_text(answer.kind),
                json_text(&answer.file),
                json_text(&answer.reason)
            ));
        } else if answer.file.is_empty() {
            let _ = writeln!(text, "{name}: {}", answer.reason);
        } else {
            let _ = writeln!(text, "{name}: {}: {}", answer.file, answer.reason);
        }
    }
    if options.json {
        let _ = writeln!(text, "[{}]", rows.join(",\n"));
    }
    print(&text).max(i32::from(failed))
}

fn explain(vm: &Vm, name: &str, options: &Options) -> PyResult<Answer> {
    let answer = |kind, file: String, reason: &str| Answer {
        file,
        kind,
        reason: reason.to_string(),
    };
    let util = import_module(vm, "importlib.util")?;
    let spec = call_method(vm, &util, "find_spec", &[vm.new_str(name)])?;
    if spec.is_none() {
        let reason = "no finder of sys.meta_path and no entry of sys.path has it";
        return Ok(answer("missing", String::new(), reason));
    }
    let loader = get(vm, &spec, "loader")?;
    let origin = text(&get(vm, &spec, "origin")?);
    if loader.is_none() {
        let reason = "a namespace package; there is nothing to run";
        return Ok(answer("namespace", String::new(), reason));
    }
    let class = match loader.downcast_ref::<vm::object::PyType>() {
        Some(class) => class.name_str(),
        None => loader.class(vm).name_str(),
    };
    Ok(match class.as_str() {
        "BuiltinImporter" => answer("builtin", origin, "native, part of the binary"),
        "FrozenImporter" if is_of_library(vm, &spec)? => answer(
            "frozen",
            text(&get(vm, &get(vm, &spec, "loader_state")?, "filename")?),
            "looks frozen, as in CPython; its code is that of this file, not optimised",
        ),
        "FrozenImporter" | "EmbeddedLoader" => answer(
            "frozen",
            origin,
            "compiled when this binary was built, part of it",
        ),
        "SourcelessFileLoader" => answer(
            "cache",
            origin,
            "it has no source; only its header is looked at",
        ),
        "SourceFileLoader" => from_source(vm, &spec, PathBuf::from(origin), options)?,
        "zipimporter" => answer("other", origin, "in a zip archive"),
        other => answer("other", origin, &format!("{other} decides")),
    })
}

/// Whether a frozen module has the code of a file of the installed library.
fn is_of_library(vm: &Vm, spec: &Value) -> PyResult<bool> {
    let name = text(&get(vm, spec, "name")?);
    Ok(vm::import::frozen::find(vm, &name).is_some_and(|row| row.has_file(vm)))
}

fn from_source(vm: &Vm, spec: &Value, source: PathBuf, options: &Options) -> PyResult<Answer> {
    let config = vm::import::util::config(vm);
    let cached = get_opt(vm, spec, "cached")?.unwrap_or(Value::None);
    let source_text = source.to_string_lossy().into_owned();
    let compiled = |reason: String| Answer {
        file: source_text.clone(),
        kind: "source",
        reason,
    };
    if cached.is_none() {
        return Ok(compiled(String::from(
            "compiled; sys.implementation.cache_tag is None",
        )));
    }
    let cache = PathBuf::from(text(&cached));
    let why_not = if cache.exists() {
        let depth = if config.verify.get() {
            Depth::Source
        } else {
            Depth::Body
        };
        // Where a program has changed the prefix, names alone would not tell the source.
        let verdict = options.judge(depth).judge(&cache, Some(&source));
        let answer = |kind, reason| Answer {
            file: cache.to_string_lossy().into_owned(),
            kind,
            reason,
        };
        let is_refused = config.verify.get() && verdict.state == State::Forged;
        let is_young = config.strict_freshness.get() && is_as_young(&cache, &source);
        if verdict.is_used && !is_refused && !is_young {
            return Ok(answer("cache", verdict.reason));
        }
        // A good header is believed; what follows then fails.
        let by_header = options.judge(Depth::Header).judge(&cache, Some(&source));
        if verdict.state == State::Damaged && by_header.is_used && !config.repair.get() {
            let reason = format!(
                "damaged, so the import fails: {} (-X pyc_repair would compile the source)",
                verdict.reason
            );
            return Ok(answer("damaged", reason));
        }
        let (state, reason) = if verdict.is_used && is_young {
            let reason = "written when its source was changed, or before (-X pyc_freshness=strict)";
            ("young", String::from(reason))
        } else {
            (verdict.state.name(), verdict.reason)
        };
        format!("{} is {state}: {reason}", cache.display())
    } else {
        format!("{} does not exist", cache.display())
    };
    let then = if vm::import::loaders::dont_write_bytecode(vm)? {
        "not cached: sys.dont_write_bytecode is set"
    } else if !writable(vm, &cache) {
        "not cached: its directory cannot be written"
    } else {
        "then cached"
    };
    Ok(compiled(format!("compiled, {then}; {why_not}")))
}

/// Whether a pyc was written in the second in which its source was changed, or before; one with a hash needs no clock.
fn is_as_young(cache: &Path, source: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let header = std::fs::read(cache).map(|data| Header::parse(&data));
    if !matches!(header, Ok(Ok(Header::Timestamp { .. }))) {
        return false;
    }
    let second = |path: &Path| std::fs::metadata(path).map_or(i64::MIN, |file| file.mtime());
    second(source) >= second(cache)
}

/// Whether the directory of a cache file can be written, or made.
fn writable(vm: &Vm, cache: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    /// `W_OK | X_OK`
    const TO_CREATE: i32 = 3;
    let mut folder = cache.parent();
    while let Some(path) = folder {
        if path.exists() {
            let bytes = path.as_os_str().as_bytes();
            return path.is_dir() && vm.host().access(bytes, TO_CREATE).is_ok();
        }
        folder = path.parent();
    }
    false
}
