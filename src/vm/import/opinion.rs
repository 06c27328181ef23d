//! What CPython lacks: stricter rules for caches, all off by default.
//!
//! `-X pyc_freshness=strict` does not trust a pyc whose source was changed in the second in which the pyc was written, or later: the
//! source may have changed once more without a trace in the header. `-X pyc_repair` compiles again what cannot be read instead of failing.
//! `-X pyc_verify` compiles every source and compares, and takes nothing from a pyc that is not of its source. With `-v` each says so.
//!
//! CPython has no counterpart.

use super::pyc::Subject;
use super::util::{config, shown, verbose};
use super::{frames, loaders, pyc};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, Value};
use crate::protocol::fs::path_bytes;
use crate::types::code::PyCode;
use bytecode::pyc::Header;

const SECOND: i128 = 1_000_000_000;

/// Whether a pyc whose header matches is also old enough to be trusted.
pub fn is_fresh(
    vm: &Vm,
    data: &[u8],
    cache: &[u8],
    source_mtime: i128,
    subject: &Subject<'_>,
) -> bool {
    if !config(vm).strict_freshness.get()
        || !matches!(Header::parse(data), Ok(Header::Timestamp { .. }))
    {
        return true;
    }
    let written = vm
        .host()
        .stat(cache, true)
        .map_or(i128::MIN, |stat| stat.mtime);
    let is_older = source_mtime.div_euclid(SECOND) < written.div_euclid(SECOND);
    if !is_older {
        verbose(vm, 1, || {
            format!(
                "bytecode is as young as its source for {}",
                shown(vm, subject.name)
            )
        });
    }
    is_older
}

/// The body of a pyc that `after_loading` shall compare with its source, if it shall.
pub fn body_to_check(vm: &Vm, body: &[u8]) -> Option<Vec<u8>> {
    config(vm).verify.get().then(|| body.to_vec())
}

/// What to do with what was loaded: use it, fail, or (`None`) compile again.
pub fn after_loading(
    vm: &Vm,
    code: PyResult<PyRef<PyCode>>,
    body: Option<Vec<u8>>,
    source: &Value,
    subject: &Subject<'_>,
) -> PyResult<Option<PyRef<PyCode>>> {
    let config = config(vm);
    let code = match code {
        Ok(code) => code,
        Err(error) if config.repair.get() && is_about_content(vm, &error) => {
            verbose(vm, 1, || {
                format!("bytecode is damaged for {}", shown(vm, subject.name))
            });
            return Ok(None);
        }
        Err(error) => return frames::leave(vm, &frames::GET_CODE_LOADS, Err(error)),
    };
    if let Some(body) = body
        && !is_of_source(vm, &body, source)?
    {
        verbose(vm, 1, || {
            format!(
                "bytecode is not of its source for {}",
                shown(vm, subject.name)
            )
        });
        return Ok(None);
    }
    Ok(Some(code))
}

fn is_about_content(vm: &Vm, error: &crate::context::PyErr) -> bool {
    [
        ExcKind::EOFError,
        ExcKind::ValueError,
        ExcKind::TypeError,
        ExcKind::ImportError,
    ]
    .iter()
    .any(|&kind| error.is(vm, kind))
}

/// Whether a source compiles to this body; one that does not compile does not.
fn is_of_source(vm: &Vm, body: &[u8], source: &Value) -> PyResult<bool> {
    let text = loaders::read_source(vm, &path_bytes(vm, source)?, source)?;
    let Ok(Some(cached)) = bytecode::marshal::loads_code(body) else {
        return Ok(false);
    };
    let level = pyc::default_optimization(vm).parse::<u8>().unwrap_or(0);
    Ok([false, true].iter().any(|&no_debug_ranges| {
        let options = compiler::CompileOptions {
            filename: cached.filename.as_bytes().to_vec(),
            optimize: level.min(2),
            no_debug_ranges,
            ..compiler::CompileOptions::default()
        };
        compiler::compile(&text, &options)
            .is_ok_and(|compiled| bytecode::same::difference(&cached, &compiled.code).is_none())
    }))
}
