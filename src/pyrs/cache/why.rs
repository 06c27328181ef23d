//! `why`: which file an import would run.

use super::judge::{self, State};
use super::{Options, json_text, print};
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

/// An answer.
struct Answer {
    /// What would run: a file, or where the code is.
    file: String,
    /// `cache`, `source`, `builtin`, `frozen`, `namespace`, `other` or `missing`.
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
        let answer = explain(vm, name).unwrap_or_else(|error| Answer {
            file: String::new(),
            kind: "missing",
            reason: vm::protocol::repr::str_text(vm, &error.to_value())
                .unwrap_or_else(|_| String::from("it cannot be found")),
        });
        failed |= answer.kind == "missing";
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

fn explain(vm: &Vm, name: &str) -> PyResult<Answer> {
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
        "SourceFileLoader" => from_source(vm, &spec, PathBuf::from(origin))?,
        "zipimporter" => answer("other", origin, "in a zip archive"),
        other => answer("other", origin, &format!("{other} decides")),
    })
}

fn from_source(vm: &Vm, spec: &Value, source: PathBuf) -> PyResult<Answer> {
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
        // With a prefix the cache is not beside its source, so what its header says is looked at here with the source's path.
        let verdict = judge::judge_as(&cache, &source);
        if verdict.state == State::Fresh {
            return Ok(Answer {
                file: cache.to_string_lossy().into_owned(),
                kind: "cache",
                reason: verdict.reason,
            });
        }
        format!(
            "{} is {}: {}",
            cache.display(),
            verdict.state.name(),
            verdict.reason
        )
    } else {
        format!("{} does not exist", cache.display())
    };
    let then = if vm::import::loaders::dont_write_bytecode(vm)? {
        "not cached: sys.dont_write_bytecode is set"
    } else if !writable(&cache) {
        "not cached: its directory cannot be written"
    } else {
        "then cached"
    };
    Ok(compiled(format!("compiled, {then}; {why_not}")))
}

/// Whether the directory of a cache file can be written, or made.
fn writable(cache: &Path) -> bool {
    let mut folder = cache.parent();
    while let Some(path) = folder {
        if path.exists() {
            return std::fs::metadata(path)
                .is_ok_and(|metadata| metadata.is_dir() && !metadata.permissions().readonly());
        }
        folder = path.parent();
    }
    false
}
