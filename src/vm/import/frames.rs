//! The frames of importlib in tracebacks.
//!
//! In CPython importlib is written in Python, so its functions are seen in tracebacks of errors that come from it, and an `import` statement
//! cuts them out again where they only carried an error of the imported module. Here the functions are native, so an error that
//! leaves one is given an entry in its traceback: with the name and line of CPython's function, and a frame that never ran.
//!
//! CPython 3.11: `remove_importlib_frames` in `Python/import.c`.

use super::util;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::eval;
use crate::object::{Py, PyRef, Value};
use crate::protocol::{attr, call};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::traceback::{self, PyTraceback};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

const INNER: &str = "<frozen importlib._bootstrap>";
const OUTER: &str = "<frozen importlib._bootstrap_external>";

/// A place in CPython's importlib.
pub struct Place {
    /// `co_filename`
    pub file: &'static str,
    name: &'static str,
    /// The line that runs.
    pub line: i32,
}

impl Place {
    /// The module, as `sys.modules` has it.
    pub fn module(&self) -> &'static str {
        match self.file {
            INNER => "_frozen_importlib",
            OUTER => "_frozen_importlib_external",
            _ => "codecs",
        }
    }
}

const fn inner(name: &'static str, line: i32) -> Place {
    let file = INNER;
    Place { file, name, line }
}

const fn outer(name: &'static str, line: i32) -> Place {
    let file = OUTER;
    Place { file, name, line }
}

/// Of the decoder that `io` has built in here.
pub static INCREMENTAL_DECODE: Place = Place {
    file: "<frozen codecs>",
    name: "decode",
    line: 322,
};
pub static GCD_IMPORT: Place = inner("_gcd_import", 1204);
pub static FIND_AND_LOAD: Place = inner("_find_and_load", 1176);
pub static HALTED: Place = inner("_find_and_load", 1187);
pub static PARENT: Place = inner("_find_and_load_unlocked", 1126);
pub static NOT_A_PACKAGE: Place = inner("_find_and_load_unlocked", 1135);
pub static FINDING: Place = inner("_find_and_load_unlocked", 1138);
pub static NOT_FOUND: Place = inner("_find_and_load_unlocked", 1140);
pub static LOADING: Place = inner("_find_and_load_unlocked", 1147);
pub static FIND_SPEC: Place = inner("_find_spec", 1078);
pub static CREATING: Place = inner("_load_unlocked", 676);
pub static MODULE_FROM_SPEC: Place = inner("module_from_spec", 573);
pub static LOAD_UNLOCKED: Place = inner("_load_unlocked", 690);
pub static LOADED_IS_GONE: Place = inner("_load_unlocked", 701);
pub static RELOAD: Place = inner("_exec", 621);
pub static REMOVED: Place = inner("_call_with_frames_removed", 241);
pub static EXEC_GETS_CODE: Place = outer("exec_module", 936);
pub static EXEC_MODULE: Place = outer("exec_module", 940);
pub static GET_CODE_READS: Place = outer("get_code", 1073);
pub static GET_CODE_HASHES: Place = outer("get_code", 1049);
pub static GET_CODE_COMPILES: Place = outer("get_code", 1074);
pub static GET_CODE_LOADS: Place = outer("get_code", 1069);
pub static SOURCE_TO_CODE: Place = outer("source_to_code", 1004);
pub static GET_DATA: Place = outer("get_data", 1131);
pub static COMPILE_BYTECODE: Place = outer("_compile_bytecode", 729);
pub static COMPILE_BYTECODE_TYPE: Place = outer("_compile_bytecode", 736);
pub static SOURCELESS_CLASSIFIES: Place = outer("get_code", 1200);
pub static SOURCELESS_LOADS: Place = outer("get_code", 1201);
pub static CLASSIFY_MAGIC: Place = outer("_classify_pyc", 662);
pub static CLASSIFY_SHORT: Place = outer("_classify_pyc", 666);
pub static CLASSIFY_FLAGS: Place = outer("_classify_pyc", 671);

// Places of warnings.
pub static LOAD_MODULE: Place = inner("_load_module_shim", 283);
pub static EXEC_FALLS_BACK: Place = inner("_exec", 618);
pub static LOAD_FALLS_BACK: Place = inner("_load_unlocked", 673);
pub static BUILTIN_REPR: Place = inner("module_repr", 744);
pub static BUILTIN_FIND_MODULE: Place = inner("find_module", 764);
pub static FROZEN_REPR: Place = inner("module_repr", 822);
pub static FROZEN_FIND_MODULE: Place = inner("find_module", 957);
pub static FIND_SPEC_LEGACY: Place = inner("_find_spec_legacy", 1047);
pub static META_PATH_EMPTY: Place = inner("_find_spec", 1063);
pub static CANNOT_SET: Place = inner("_find_and_load_unlocked", 1158);
pub static DEBUG_OVERRIDE: Place = outer("cache_from_source", 456);
pub static FIND_MODULE_SHIM: Place = outer("_find_module_shim", 629);
pub static NOT_IMPORTING: Place = outer("_find_module_shim", 638);
pub static REGISTRY_FIND_MODULE: Place = outer("find_module", 908);
pub static NAMESPACE_REPR: Place = outer("module_repr", 1347);
pub static PATH_HOOKS_EMPTY: Place = outer("_path_hooks", 1412);
pub static LEGACY_FIND_LOADER: Place = outer("_legacy_get_spec", 1450);
pub static LEGACY_FIND_MODULE: Place = outer("_legacy_get_spec", 1455);
pub static PATH_FIND_MODULE: Place = outer("find_module", 1528);
pub static FIND_LOADER: Place = outer("find_loader", 1591);

/// What is kept of the frames.
#[derive(Default)]
struct Frames {
    /// Whether an `import` statement waits above, which takes all frames out of an ImportError.
    quiet: Cell<bool>,
    /// Whether the import that runs is of a statement, or a call of `__import__`.
    statement: Cell<bool>,
    codes: RefCell<HashMap<usize, PyRef<PyCode>, ahash::RandomState>>,
}

/// Runs an import for a statement (`true`) or for `importlib.import_module` (`false`), which shows what it called.
pub fn as_statement<T>(vm: &Vm, statement: bool, run: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let frames = vm.state.get::<Frames>();
    let quiet = statement && !util::is_verbose(vm, 1);
    let before = (
        frames.quiet.replace(quiet),
        frames.statement.replace(statement),
    );
    let result = run();
    frames.quiet.set(before.0);
    frames.statement.set(before.1);
    match result {
        Err(error) if quiet => {
            trim(vm, &error);
            Err(error)
        }
        result => result,
    }
}

/// Whether the import that runs is of a statement: what it imports by itself, its packages, counts as imported by statements, too.
pub fn is_statement(vm: &Vm) -> bool {
    vm.state.get::<Frames>().statement.get()
}

/// Gives an error that leaves the function at `place` its traceback entry.
pub fn leave<T>(vm: &Vm, place: &'static Place, result: PyResult<T>) -> PyResult<T> {
    if let Err(error) = &result {
        here(vm, place, error);
    }
    result
}

/// Notes that an error leaves the function at `place`.
#[cold]
#[inline(never)]
pub fn here(vm: &Vm, place: &'static Place, error: &PyErr) {
    let frames = vm.state.get::<Frames>();
    if frames.quiet.get() && error.is(vm, ExcKind::ImportError) {
        return;
    }
    // Without an entry the error is still the right one.
    if let Ok(frame) = frame_of(vm, &frames, place) {
        traceback::here(vm, error, frame, 0, place.line);
    }
}

/// A frame object of a function that never ran.
fn frame_of(vm: &Vm, frames: &Frames, place: &'static Place) -> PyResult<Value> {
    let key = std::ptr::from_ref(place) as usize;
    let known = frames.codes.borrow().get(&key).cloned();
    let code = match known {
        Some(code) => code,
        None => {
            let code = code_of(vm, place)?;
            frames.codes.borrow_mut().insert(key, code.clone());
            code
        }
    };
    let module = util::module_get(vm, &vm.new_str(place.module()))?.unwrap_or(Value::None);
    let globals = match util::get_opt(vm, &module, "__dict__")?.map(Value::downcast::<PyDict>) {
        Some(Ok(globals)) => globals,
        _ => PyDict::new(vm),
    };
    eval::frame_of(vm, code, globals)
}

/// A code object with the file and name of the place, which does nothing.
fn code_of(vm: &Vm, place: &Place) -> PyResult<PyRef<PyCode>> {
    let options = compiler::CompileOptions {
        filename: place.file.into(),
        ..compiler::CompileOptions::default()
    };
    let source = b"def f(): pass";
    let compiled = compiler::compile(source, &options)
        .map_err(|_| vm.system_error("importlib's frames cannot be made"))?;
    let body = bytecode::marshal::dumps_code(&compiled.code)
        .map_err(|error| vm.value_error(error.to_string()))?;
    let module = super::unmarshal::loads(vm, &body)?;
    let inner = module.downcast_ref::<PyCode>().and_then(|module| {
        let consts = module.consts.as_slice();
        consts
            .first()
            .filter(|c| c.downcast_ref::<PyCode>().is_some())
            .cloned()
    });
    let Some(inner) = inner else {
        return Err(vm.system_error("importlib's frames cannot be made"));
    };
    let name = vm.intern_str(place.name).into_value();
    let replaced = call::call_keywords(
        vm,
        &util::get(vm, &inner, "replace")?,
        &[],
        &[
            (&vm.intern_str("co_name"), name.clone()),
            (&vm.intern_str("co_qualname"), name),
            (
                &vm.intern_str("co_firstlineno"),
                vm.new_int(place.line.into()),
            ),
        ],
    )?;
    replaced
        .downcast::<PyCode>()
        .map_err(|_| vm.system_error("importlib's frames cannot be made"))
}

/// Takes importlib's frames out of a traceback: all of them when the error is an ImportError, else those that end in
/// `_call_with_frames_removed`.
pub fn trim(vm: &Vm, error: &PyErr) {
    let always = error.is(vm, ExcKind::ImportError);
    let exception = error.exception();
    let mut entries = Vec::new();
    let mut next = exception.traceback.get();
    while let Some(entry) = next {
        next = entry
            .downcast_ref::<PyTraceback>()
            .and_then(|entry| entry.next.get());
        entries.push(entry);
    }
    let mut kept: Vec<Value> = Vec::with_capacity(entries.len());
    let mut chunk = 0;
    for entry in &entries {
        let (file, name) = names_of(vm, entry);
        let ours = file == INNER || file == OUTER;
        if !ours {
            chunk = 0;
        }
        kept.push(entry.clone());
        if ours {
            chunk += 1;
            if always || name == "_call_with_frames_removed" {
                kept.truncate(kept.len() - chunk);
                chunk = 0;
            }
        }
    }
    if kept.len() == entries.len() {
        return;
    }
    let mut below = None;
    for entry in kept.into_iter().rev() {
        if let Some(entry) = entry.downcast_ref::<PyTraceback>() {
            entry.next.set(below);
        }
        below = Some(entry);
    }
    exception.traceback.set(below);
}

fn names_of(vm: &Vm, entry: &Value) -> (String, String) {
    let code = entry.downcast_ref::<PyTraceback>().and_then(|entry| {
        attr::get_opt(vm, &entry.frame, &vm.intern_str("f_code"))
            .ok()
            .flatten()
    });
    match code.as_ref().and_then(|code| code.downcast_ref::<PyCode>()) {
        Some(code) => {
            let text = |text: &Py<PyStr>| text.to_string_lossy().into_owned();
            (text(&code.filename.get()), text(&code.name))
        }
        None => (String::new(), String::new()),
    }
}
