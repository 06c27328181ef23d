//! `compile`, `eval`, `exec`.
//!
//! CPython 3.11: `builtin_compile_impl`, `builtin_eval_impl`, `builtin_exec_impl` in `Python/bltinmodule.c`.

use super::functions::{current_globals, current_locals};
use crate::context::errors::ExcKind;
use crate::context::thread::CompileRequest;
use crate::context::{PyResult, Vm};
use crate::interp::{eval, frame_ownership};
use crate::modules::ast_::PyAst;
use crate::object::{PyRef, Value};
use crate::protocol::mapping;
use crate::types::cell::PyCellObject;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// `PyCF_MASK`: the features a program may ask for.
const FEATURES: u32 = 0x1fe0000;
/// `PyCF_SOURCE_IS_UTF8`
const SOURCE_IS_UTF8: u32 = 0x100;
/// `PyCF_DONT_IMPLY_DEDENT`
const DONT_IMPLY_DEDENT: u32 = 0x200;
/// `PyCF_ONLY_AST`
const ONLY_AST: u32 = 0x400;
/// `PyCF_TYPE_COMMENTS`
const TYPE_COMMENTS: u32 = 0x1000;
/// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
const TOP_LEVEL_AWAIT: u32 = 0x2000;
/// `PyCF_ALLOW_INCOMPLETE_INPUT`
const INCOMPLETE_INPUT: u32 = 0x4000;

/// The `__future__` features of the running code, which code compiled by it inherits (`PyEval_MergeCompilerFlags`).
pub fn inherited_features(vm: &Vm) -> u32 {
    let frame = frame_ownership::current_frame(vm);
    if frame.is_null() {
        return 0;
    }
    // SAFETY: the running frame is complete.
    let frame = unsafe { &*frame };
    frame.code.flags & FEATURES
}

/// Source text as bytes, and whether it came from a str (`_Py_SourceAsString`).
pub fn source_bytes(
    vm: &Vm,
    source: &Value,
    function: &str,
    what: &str,
) -> PyResult<(Vec<u8>, bool)> {
    if let Some(text) = source.downcast_ref::<PyStr>() {
        let bytes = match text.to_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => return Err(surrogates(vm, text)),
        };
        return Ok((refuse_nulls(vm, bytes)?, true));
    }
    if source.class(vm).slots.getbuffer.get().is_some() {
        let bytes = crate::protocol::buffer::to_vec(vm, source)?;
        return Ok((refuse_nulls(vm, bytes)?, false));
    }
    Err(vm.type_error(format!("{function}() arg 1 must be a {what} object")))
}

fn surrogates(vm: &Vm, text: &crate::object::Py<PyStr>) -> crate::context::PyErr {
    let is_surrogate = |c: &u32| (0xd800..0xe000).contains(c);
    let start = text.chars().position(|c| is_surrogate(&c)).unwrap_or(0);
    let end = start + text.chars().skip(start).take_while(is_surrogate).count();
    vm.unicode_encode_error(
        "utf-8",
        &text.to_value(),
        start,
        end,
        "surrogates not allowed",
    )
}

fn refuse_nulls(vm: &Vm, bytes: Vec<u8>) -> PyResult<Vec<u8>> {
    if bytes.contains(&0) {
        return Err(vm.new_exception(
            ExcKind::SyntaxError,
            vm.new_str("source code string cannot contain null bytes"),
        ));
    }
    Ok(bytes)
}

/// Arguments of `compile`.
struct Compile<'a> {
    source: &'a Value,
    filename: &'a Value,
    mode: &'a str,
    flags: i32,
    dont_inherit: bool,
    optimize: i32,
    feature_version: i32,
}

fn compile(vm: &Vm, arguments: &Compile<'_>) -> PyResult<Value> {
    let mut flags = arguments.flags as u32 | SOURCE_IS_UTF8;
    let known = FEATURES
        | 0x10
        | SOURCE_IS_UTF8
        | DONT_IMPLY_DEDENT
        | ONLY_AST
        | TYPE_COMMENTS
        | TOP_LEVEL_AWAIT
        | INCOMPLETE_INPUT;
    if flags & !known != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&arguments.optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    if !arguments.dont_inherit {
        flags |= inherited_features(vm);
    }
    if !matches!(arguments.mode, "exec" | "eval" | "single" | "func_type") {
        let hint = if flags & ONLY_AST != 0 {
            "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
        } else {
            "compile() mode must be 'exec', 'eval' or 'single'"
        };
        return Err(vm.value_error(hint));
    }
    if arguments.mode == "func_type" && flags & ONLY_AST == 0 {
        return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
    }
    let source = arguments.source;
    let request = |source, is_str| CompileRequest {
        source,
        is_str,
        filename: arguments.filename,
        mode: arguments.mode,
        flags,
        optimize: arguments.optimize,
    };
    if source.downcast_ref::<PyAst>().is_some() {
        return crate::runtime::compile::compile_tree(vm, source, &request(&[], false));
    }
    let (source, is_str) = source_bytes(vm, source, "compile", "string, bytes or AST")?;
    if flags & ONLY_AST != 0 {
        let version = arguments.feature_version;
        return crate::runtime::compile::parse_tree(vm, &request(&source, is_str), version);
    }
    (vm.hooks.compile.get())(vm, &request(&source, is_str))
}

/// The namespaces of `eval` and `exec`.
struct Namespaces {
    globals: PyRef<PyDict>,
    locals: Value,
}

fn namespaces(
    vm: &Vm,
    function: &str,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> PyResult<Namespaces> {
    let globals = globals.filter(|value| !value.is_none());
    let locals = locals.filter(|value| !value.is_none());
    if let Some(locals) = locals
        && function == "eval"
        && !mapping::is_mapping(vm, locals)
    {
        return Err(vm.type_error("locals must be a mapping"));
    }
    let Some(globals) = globals else {
        let (Some(globals), Some(own)) = (current_globals(vm), current_locals(vm)?) else {
            return Err(vm.system_error("globals and locals cannot be NULL"));
        };
        return Ok(Namespaces {
            globals,
            locals: locals.cloned().unwrap_or(own),
        });
    };
    let Some(dict) = globals.downcast_ref::<PyDict>() else {
        let text = match function {
            "eval" if mapping::is_mapping(vm, globals) => {
                String::from("globals must be a real dict; try eval(code, {}, mapping)")
            }
            "eval" => String::from("globals must be a dict"),
            _ => format!(
                "exec() globals must be a dict, not {}",
                globals.class(vm).tp_name()
            ),
        };
        return Err(vm.type_error(text));
    };
    if let Some(locals) = locals
        && !mapping::is_mapping(vm, locals)
    {
        return Err(vm.type_error(format!(
            "locals must be a mapping or None, not {}",
            locals.class(vm).tp_name()
        )));
    }
    Ok(Namespaces {
        globals: dict.to_ref(),
        locals: locals.cloned().unwrap_or_else(|| globals.clone()),
    })
}

impl Namespaces {
    /// Makes sure that the globals name builtins.
    fn add_builtins(&self, vm: &Vm) {
        if self.globals.get_str(&vm.names.__builtins__).is_none()
            && let Some(builtins) = vm.builtins.get()
        {
            let frame = frame_ownership::current_frame(vm);
            let builtins = if frame.is_null() {
                builtins.into_value()
            } else {
                // SAFETY: the running frame is complete; its function keeps its builtins alive.
                unsafe { (*(*frame).builtins).to_value() }
            };
            self.globals.set_str(vm, &vm.names.__builtins__, builtins);
        }
    }
}

/// The cells for the free variables of a code object given to `exec`.
fn check_closure(
    vm: &Vm,
    code: &PyRef<PyCode>,
    closure: Option<&Value>,
) -> PyResult<Option<PyRef<PyTuple>>> {
    let free = code.nfreevars as usize;
    match (closure, free) {
        (None, 0) => Ok(None),
        (Some(_), 0) => Err(vm.type_error("cannot use a closure with this code object")),
        (closure, _) => {
            let cells = closure
                .and_then(|closure| closure.downcast_exact::<PyTuple>(vm))
                .filter(|cells| {
                    cells.len() == free
                        && cells
                            .as_slice()
                            .iter()
                            .all(|cell| cell.downcast_ref::<PyCellObject>().is_some())
                });
            match cells {
                Some(cells) => Ok(Some(cells.to_ref())),
                None => Err(vm.type_error(format!(
                    "code object requires a closure of exactly length {free}"
                ))),
            }
        }
    }
}

fn eval_source(
    vm: &Vm,
    source: &Value,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> PyResult<Value> {
    let names = namespaces(vm, "eval", globals, locals)?;
    names.add_builtins(vm);
    if let Some(code) = source.downcast_exact::<PyCode>(vm) {
        if code.nfreevars > 0 {
            return Err(
                vm.type_error("code object passed to eval() may not contain free variables")
            );
        }
        return eval::eval_code(vm, code.to_ref(), names.globals, Some(names.locals), None);
    }
    let (bytes, is_str) = source_bytes(vm, source, "eval", "string, bytes or code")?;
    let blanks = bytes
        .iter()
        .take_while(|c| matches!(**c, b' ' | b'\t'))
        .count();
    run_source(vm, &bytes[blanks..], is_str, "eval", names)
}

fn exec_source(
    vm: &Vm,
    source: &Value,
    globals: Option<&Value>,
    locals: Option<&Value>,
    closure: Option<&Value>,
) -> PyResult<()> {
    let names = namespaces(vm, "exec", globals, locals)?;
    names.add_builtins(vm);
    if let Some(code) = source.downcast_exact::<PyCode>(vm) {
        let cells = check_closure(vm, &code.to_ref(), closure)?;
        return eval::eval_code(vm, code.to_ref(), names.globals, Some(names.locals), cells)
            .map(drop);
    }
    if closure.is_some() {
        return Err(vm.type_error("closure can only be used when source is a code object"));
    }
    let (bytes, is_str) = source_bytes(vm, source, "exec", "string, bytes or code")?;
    run_source(vm, &bytes, is_str, "exec", names).map(drop)
}

fn run_source(
    vm: &Vm,
    source: &[u8],
    is_str: bool,
    mode: &str,
    names: Namespaces,
) -> PyResult<Value> {
    let filename = vm.intern_str("<string>").into_value();
    let request = CompileRequest {
        source,
        is_str,
        filename: &filename,
        mode,
        flags: inherited_features(vm),
        optimize: -1,
    };
    let code = (vm.hooks.compile.get())(vm, &request)?;
    match code.downcast::<PyCode>() {
        Ok(code) => eval::eval_code(vm, code, names.globals, Some(names.locals), None),
        Err(_) => Err(vm.system_error("compile() gave no code object")),
    }
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    /// Compile source into a code object that can be executed by exec() or eval().
    #[pyfunction(
        sig = "compile($module, /, source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        vm: &Vm,
        source: &Value,
        filename: &Value,
        mode: std::borrow::Cow<'_, str>,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> PyResult<Value> {
        let filename = crate::runtime::paths::fs_text(vm, filename)?;
        if mode.contains('\0') {
            return Err(vm.value_error("embedded null character"));
        }
        super::compile(
            vm,
            &super::Compile {
                source,
                filename: &filename,
                mode: &mode,
                flags,
                dont_inherit,
                optimize,
                feature_version: _feature_version,
            },
        )
    }

    /// Evaluate the given source in the context of globals and locals.
    #[pyfunction(sig = "eval($module, source, globals=None, locals=None, /)")]
    fn eval(
        vm: &Vm,
        source: &Value,
        globals: Option<&Value>,
        locals: Option<&Value>,
    ) -> PyResult<Value> {
        super::eval_source(vm, source, globals, locals)
    }

    /// Execute the given source in the context of globals and locals.
    #[pyfunction(sig = "exec($module, source, globals=None, locals=None, /, *, closure=None)")]
    fn exec_(
        vm: &Vm,
        source: &Value,
        globals: Option<&Value>,
        locals: Option<&Value>,
        closure: Option<&Value>,
    ) -> PyResult<()> {
        super::exec_source(vm, source, globals, locals, closure)
    }
}
