//! Compiling: the only file that calls the compiler.
//!
//! CPython 3.11: `Py_CompileStringObject` in `Python/pythonrun.c`, `_PyErr_SetSyntaxError…` in `Python/errors.c`.

use crate::context::errors::ExcKind;
use crate::context::thread::CompileRequest;
use crate::context::{PyErr, PyResult, Vm};
use crate::import::live_code;
use crate::modules::ast_::Classes;
use crate::modules::ast_::convert::{Context, Node};
use crate::modules::symtable;
use crate::object::{Py, Value};
use crate::types::exceptions::raise;
use crate::types::int::value::MaxStrDigits;
use crate::types::str::value::PyStr;
use compiler::ast::{ExprKind, Mod, Stmt, StmtKind};
use compiler::decode::Source;
use compiler::parse::ParseMode;
use compiler::symtable::Symtable;
use compiler::{CompileError, CompileOptions, CompileWarning, ErrorKind, Tree, WarningKind};
use std::cell::Cell;

/// `PyCF_ONLY_AST`
const ONLY_AST: u32 = 0x400;

/// What the command line says about compiling.
#[derive(Default)]
pub struct CompileSettings {
    /// `-O`
    pub optimize: Cell<u8>,
    /// `-X no_debug_ranges`
    pub no_debug_ranges: Cell<bool>,
    /// Warnings are dropped: what is compiled is only looked at.
    pub no_warnings: Cell<bool>,
}

/// Installs `hooks.compile`.
pub fn install(vm: &Vm) {
    vm.hooks.compile.set(compile);
}

/// A str as generalised UTF-8: lone surrogates as three bytes each.
fn generalised_utf8(text: &Py<PyStr>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.extend_from_slice(&[
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
        }
    }
    bytes
}

fn options(vm: &Vm, request: &CompileRequest<'_>) -> PyResult<CompileOptions> {
    let settings = vm.state.get::<CompileSettings>();
    let mode = match request.mode {
        "eval" => ParseMode::Eval,
        "single" => ParseMode::Single,
        "func_type" => ParseMode::FuncType,
        _ => ParseMode::Exec,
    };
    let Some(filename) = request.filename.downcast_ref::<PyStr>() else {
        return Err(vm.type_error("the filename must be a str"));
    };
    let thread = vm.thread();
    let limit = usize::try_from(crate::modules::sys::limits::recursion_limit(vm)).unwrap_or(1000);
    let remaining = usize::try_from(thread.recursion_remaining.get()).unwrap_or(0);
    Ok(CompileOptions {
        filename: generalised_utf8(filename),
        mode,
        optimize: u8::try_from(request.optimize).unwrap_or_else(|_| settings.optimize.get()),
        no_debug_ranges: settings.no_debug_ranges.get(),
        flags: request.flags,
        feature_version: 11,
        int_max_str_digits: vm.state.get::<MaxStrDigits>().0.get(),
        recursion_limit: limit,
        recursion_depth: limit.saturating_sub(remaining),
    })
}

/// `hooks.compile`: source to a code object.
pub fn compile(vm: &Vm, request: &CompileRequest<'_>) -> PyResult<Value> {
    let options = options(vm, request)?;
    let compiled = from_source(vm, request, &options, |source, warnings| {
        compiler::compile_source(source, &options, warnings)
    })?;
    let filename = request.filename.downcast_ref::<PyStr>();
    Ok(live_code::make_code(vm, &compiled.code, filename)?.into_value())
}

/// Refuses a script whose bytes cannot be read, as it is refused when a file is read line by line.
pub fn check_script(vm: &Vm, source: &[u8], filename: &Value) -> PyResult<()> {
    let name = match filename.downcast_ref::<PyStr>() {
        Some(name) => String::from_utf8_lossy(&generalised_utf8(name)).into_owned(),
        None => String::new(),
    };
    match compiler::decode::decode_script(source, &name) {
        Ok(_) => Ok(()),
        Err(error) => Err(raise_error(vm, &error, filename)),
    }
}

/// Decodes a source, does something with it, issues the warnings, and only then raises an error.
fn from_source<T>(
    vm: &Vm,
    request: &CompileRequest<'_>,
    options: &CompileOptions,
    f: impl FnOnce(&Source, &mut Vec<CompileWarning>) -> Result<T, CompileError>,
) -> PyResult<T> {
    let raise = |error| raise_error(vm, &error, request.filename);
    let source = compiler::decode(request.source, request.is_str, options).map_err(raise)?;
    let mut warnings = Vec::new();
    let result = f(&source, &mut warnings);
    if vm.state.get::<CompileSettings>().no_warnings.get() {
        warnings.clear();
    }
    let mut raised = None;
    for (index, warning) in warnings.iter().enumerate() {
        // After an error the lexer still goes through the rest, and what it finds there comes first.
        let is_of_lexer = !warning.in_literal && warning.order != u32::MAX;
        if raised.is_some() && !is_of_lexer {
            continue;
        }
        let issued = warn(vm, warning, request.filename, || {
            compiler::warning_as_error(&source, options, index, warning)
        });
        if let Err(error) = issued {
            raised = Some(error);
            if is_of_lexer {
                break;
            }
        }
    }
    match raised {
        Some(error) => Err(error),
        None => result.map_err(raise),
    }
}

/// What converting between trees needs.
fn conversion(vm: &Vm) -> Context<'_> {
    Context {
        vm,
        classes: vm.state.get::<Classes>(),
        make_constant: live_code::make_constant,
        depth: Cell::new(3 * i64::from(vm.thread().recursion_remaining.get()).max(1)),
    }
}

/// `compile()` of a tree of `_ast` objects; with `PyCF_ONLY_AST` the tree itself.
pub fn compile_tree(vm: &Vm, tree: &Value, request: &CompileRequest<'_>) -> PyResult<Value> {
    if request.flags & ONLY_AST != 0 {
        return Ok(tree.clone());
    }
    let options = options(vm, request)?;
    let wanted = match options.mode {
        ParseMode::Exec => "Module",
        ParseMode::Eval => "Expression",
        ParseMode::Single => "Interactive",
        ParseMode::FuncType => "FunctionType",
    };
    let context = conversion(vm);
    if !context.is_a(tree, context.exact(tree), wanted)? {
        return Err(vm.type_error(format!(
            "expected {wanted} node, got {}",
            tree.class(vm).name_str()
        )));
    }
    let mut module = Mod::from_object(&context, tree)?;
    let raise = |error| raise_error(vm, &error, request.filename);
    compiler::validate_ast(&module, &options).map_err(raise)?;
    let mut warnings = Vec::new();
    let compiled = compiler::compile_observed(&mut module, &options, None, &mut warnings);
    for warning in &warnings {
        warn(vm, warning, request.filename, || match &warning.error {
            Some(error) => CompileError::clone(error),
            None => CompileError::without_position(ErrorKind::Syntax, warning.msg.as_str()),
        })?;
    }
    let compiled = compiled.map_err(raise)?;
    let filename = request.filename.downcast_ref::<PyStr>();
    Ok(live_code::make_code(vm, &compiled.code, filename)?.into_value())
}

/// Source to a tree of `_ast` objects: `compile()` with `PyCF_ONLY_AST`.
pub fn parse_tree(vm: &Vm, request: &CompileRequest<'_>, feature_version: i32) -> PyResult<Value> {
    let mut options = options(vm, request)?;
    if let Ok(version) = u8::try_from(feature_version) {
        options.feature_version = version;
    }
    let tree = from_source(vm, request, &options, |source, warnings| {
        Tree::parse(source, &options, warnings)
    })?;
    tree.module().to_object(&conversion(vm))
}

/// The symbol tables of a source (`_symtable.symtable`).
pub fn symbol_table(vm: &Vm, request: &CompileRequest<'_>) -> PyResult<Value> {
    let options = options(vm, request)?;
    let table = from_source(vm, request, &options, |source, warnings| {
        compiler::symtable_of(source, &options, warnings)
    })?;
    symtable::entry(vm, &table, Symtable::TOP)
}

/// The exception for a failure of the compiler.
pub fn raise_error(vm: &Vm, error: &CompileError, filename: &Value) -> PyErr {
    let kind = match error.kind {
        ErrorKind::Syntax => ExcKind::SyntaxError,
        ErrorKind::Indentation => ExcKind::IndentationError,
        ErrorKind::Tab => ExcKind::TabError,
        ErrorKind::Recursion => ExcKind::RecursionError,
        ErrorKind::Memory => return vm.no_memory(),
        ErrorKind::Value => ExcKind::ValueError,
        ErrorKind::Type => ExcKind::TypeError,
        ErrorKind::Overflow => ExcKind::OverflowError,
        ErrorKind::System => ExcKind::SystemError,
    };
    let message = vm.new_str(&error.msg);
    let class = vm.exception_class(kind);
    if !error.is_syntax_error() || error.lineno.is_none() {
        return raise::instantiate(vm, &class, &[message]);
    }
    let number = |n: Option<i32>| n.map_or(Value::None, |n| vm.new_int(n.into()));
    let text = match &error.text {
        Some(text) => vm.new_str(text),
        None => source_line(filename, error.lineno.unwrap_or(0))
            .map_or(Value::None, |line| vm.new_str(&line)),
    };
    let mut place = vec![
        filename.clone(),
        number(error.lineno),
        number(error.offset),
        text,
    ];
    if error.end_lineno.is_some() || error.end_offset.is_some() {
        place.push(number(error.end_lineno));
        place.push(number(error.end_offset));
    }
    raise::instantiate(vm, &class, &[message, vm.new_tuple(place)])
}

/// A line of the file of that name, as `PyErr_ProgramTextObject` reads it.
fn source_line(filename: &Value, lineno: i32) -> Option<String> {
    let name = filename.downcast_ref::<PyStr>()?.to_str()?.into_owned();
    let lineno = usize::try_from(lineno).ok()?.checked_sub(1)?;
    let source = super::print_exception::source::read_lines(&name)?;
    source.get(lineno).cloned()
}

/// Issues a warning of the compiler; one that the filters turn into an error becomes a SyntaxError.
fn warn(
    vm: &Vm,
    warning: &CompileWarning,
    filename: &Value,
    as_error: impl FnOnce() -> CompileError,
) -> PyResult<()> {
    let category = match warning.kind {
        WarningKind::Syntax => ExcKind::SyntaxWarning,
        WarningKind::Deprecation => ExcKind::DeprecationWarning,
    };
    match crate::runtime::warn_explicit(vm, category, &warning.msg, filename, warning.lineno) {
        Err(raised) if raised.is(vm, category) => Err(raise_error(vm, &as_error(), filename)),
        result => result,
    }
}

/// Where the operator of a binary operation, or the brackets of a subscript, stand in an expression: byte columns.
pub fn error_anchors(segment: &str) -> Option<(i32, i32)> {
    let source = Source::from_str(segment, "<traceback>").ok()?;
    let parsed = compiler::parse::parse(
        &source,
        ParseMode::Exec,
        &compiler::parse::ParseOptions::default(),
    )
    .ok()?;
    let Mod::Module { body, .. } = &parsed.module else {
        return None;
    };
    let [
        Stmt {
            kind: StmtKind::Expr { value },
            ..
        },
    ] = body.as_slice()
    else {
        return None;
    };
    match &value.kind {
        ExprKind::BinOp { left, right, .. } => {
            let is_blank = |index: i32| {
                matches!(
                    segment.as_bytes().get(index as usize),
                    Some(b' ' | b'\t' | b'\x0c')
                )
            };
            let (from, to) = (left.span.end_col_offset, right.span.col_offset);
            // Without an operator to be found, CPython's anchors stay unset while the marks are as if they were not.
            let start = (from..to).find(|index| !is_blank(*index))?;
            let two = start + 1 < to && !is_blank(start + 1);
            Some((start, start + 1 + i32::from(two)))
        }
        ExprKind::Subscript { value, slice, .. } => {
            Some((value.span.end_col_offset, slice.span.end_col_offset + 1))
        }
        _ => None,
    }
}

/// The text of a source file, by its encoding declaration.
pub fn decode_source(bytes: &[u8]) -> Option<String> {
    compiler::decode::decode_source(bytes, "<source>")
        .ok()
        .map(|source| source.text)
}
