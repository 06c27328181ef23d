//! `SourceLoader.get_code` step by step, for loaders that have changed one of the steps.
//!
//! CPython 3.11: `SourceLoader.get_code` in `Lib/importlib/_bootstrap_external.py`.

use super::loaders::{dont_write_bytecode, has};
use super::pyc::{self, Subject};
use super::unmarshal::Body;
use super::util::{call_method, get, text, verbose};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::protocol::buffer::to_vec;
use crate::protocol::fs::{fs_decode, path_bytes};
use crate::protocol::{call, mapping, number};
use crate::types::bytearray::value::PyByteArray;
use crate::types::str::value::PyStr;
use bytecode::pyc::{HEADER_LEN, Header};

#[derive(Default)]
struct State {
    source: Option<Value>,
    hash: Option<[u8; 8]>,
    hash_based: bool,
    check_source: bool,
}

fn quiet<T>(vm: &Vm, result: PyResult<T>, kinds: &[ExcKind]) -> PyResult<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if kinds.iter().any(|&kind| error.is(vm, kind)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The code object of a module, by the loader's own methods.
pub fn get_code(vm: &Vm, loader: &Value, fullname: &Value) -> PyResult<Value> {
    let source_path = call_method(vm, loader, "get_filename", std::slice::from_ref(fullname))?;
    let optimization = pyc::default_optimization(vm);
    let cache = pyc::cache_from_source(vm, &path_bytes(vm, &source_path)?, &optimization);
    let cache_path = quiet(vm, cache, &[ExcKind::NotImplementedError])?
        .map(|path| fs_decode(vm, &path).into_value());
    let mut state = State {
        check_source: true,
        ..State::default()
    };
    let mut mtime = None;
    if let Some(cache_path) = &cache_path {
        let stats = call_method(vm, loader, "path_stats", std::slice::from_ref(&source_path));
        if let Some(stats) = quiet(vm, stats, &[ExcKind::OSError])? {
            let value = mapping::get_item(vm, &stats, &vm.new_str("mtime"))?;
            mtime = Some(integer(vm, &value)?);
            let data = call_method(vm, loader, "get_data", std::slice::from_ref(cache_path));
            if let Some(data) = quiet(vm, data, &[ExcKind::OSError])? {
                let data = to_vec(vm, &data)?;
                let subject = Subject {
                    name: fullname,
                    path: cache_path,
                };
                let valid = validate(
                    vm,
                    loader,
                    &data,
                    &source_path,
                    &stats,
                    mtime,
                    &subject,
                    &mut state,
                );
                if quiet(vm, valid, &[ExcKind::ImportError, ExcKind::EOFError])?.is_some() {
                    verbose(vm, 1, || {
                        format!("{} matches {}", text(cache_path), text(&source_path))
                    });
                    let source_path = source_path.downcast_ref::<PyStr>();
                    let code = pyc::compile_bytecode(
                        vm,
                        Body::Part(&data[HEADER_LEN..]),
                        &subject,
                        source_path,
                    )?;
                    return Ok(code.into_value());
                }
            }
        }
    }
    let source = match state.source.take() {
        Some(source) => source,
        None => call_method(vm, loader, "get_data", std::slice::from_ref(&source_path))?,
    };
    let code = call_method(
        vm,
        loader,
        "source_to_code",
        &[source.clone(), source_path.clone()],
    )?;
    verbose(vm, 1, || format!("code object from {}", text(&source_path)));
    if let (Some(cache_path), Some(mtime), false) = (cache_path, mtime, dont_write_bytecode(vm)?) {
        let source = to_vec(vm, &source)?;
        let header = if state.hash_based {
            Header::Hash {
                check_source: state.check_source,
                hash: state
                    .hash
                    .unwrap_or_else(|| bytecode::pyc::source_hash(&source)),
            }
        } else {
            Header::timestamp(mtime, source.len() as u64)
        };
        write_back(vm, loader, &source_path, &cache_path, &header, &code)?;
    }
    Ok(code)
}

fn write_back(
    vm: &Vm,
    loader: &Value,
    source_path: &Value,
    cache_path: &Value,
    header: &Header,
    code: &Value,
) -> PyResult<()> {
    // As in CPython, where the function that makes the data holds the code object, too.
    let held = code.clone();
    let body = to_vec(vm, &dumps(vm, &held)?)?;
    let data = PyByteArray::new(vm, [&header.to_bytes()[..], &body].concat()).into_value();
    if !has(vm, loader, "_cache_bytecode")? {
        return Ok(());
    }
    let args = [source_path.clone(), cache_path.clone(), data];
    let result = call_method(vm, loader, "_cache_bytecode", &args);
    quiet(vm, result, &[ExcKind::NotImplementedError]).map(drop)
}

/// `marshal.dumps(code)`
pub fn dumps(vm: &Vm, code: &Value) -> PyResult<Value> {
    let marshal = super::import_name::import_module(vm, "marshal")?;
    call_method(vm, &marshal, "dumps", std::slice::from_ref(code))
}

/// `int(value)`
pub fn integer(vm: &Vm, value: &Value) -> PyResult<i64> {
    if let Some(n) = value.as_small_int() {
        return Ok(n);
    }
    if let Some(f) = value.as_float() {
        return Ok(f.trunc() as i64);
    }
    let int = call::call1(vm, &vm.types.int.to_value(), value)?;
    let n = number::index(vm, &int)?;
    Ok(n.as_int().and_then(|n| n.to_i64()).unwrap_or(0))
}

#[expect(clippy::too_many_arguments, reason = "what is known at this point")]
fn validate(
    vm: &Vm,
    loader: &Value,
    data: &[u8],
    source_path: &Value,
    stats: &Value,
    mtime: Option<i64>,
    subject: &Subject<'_>,
    state: &mut State,
) -> PyResult<()> {
    let header = pyc::classify_pyc(vm, data, subject)?;
    let Header::Hash { check_source, .. } = header else {
        let size = mapping::get_item(vm, stats, &vm.new_str("size"))?;
        let size = if size.is_none() {
            None
        } else {
            Some(integer(vm, &size)? as u64)
        };
        return pyc::validate_timestamp_pyc(vm, &header, mtime.unwrap_or(-1), size, subject);
    };
    state.hash_based = true;
    state.check_source = check_source;
    let mode = pyc::check_hash_based_pycs(vm)?;
    if mode != "never" && (check_source || mode == "always") {
        let source = call_method(vm, loader, "get_data", std::slice::from_ref(source_path))?;
        let hash = bytecode::pyc::source_hash(&to_vec(vm, &source)?);
        state.source = Some(source);
        state.hash = Some(hash);
        pyc::validate_hash_pyc(vm, &header, &hash, subject)?;
    }
    Ok(())
}

/// `loader.name`, for messages.
pub fn loader_name(vm: &Vm, loader: &Value) -> String {
    get(vm, loader, "name").map_or_else(|_| String::new(), |name| text(&name))
}
