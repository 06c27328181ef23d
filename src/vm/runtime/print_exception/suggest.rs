//! "Did you mean": the known name that is nearest to a mistyped one.
//!
//! CPython 3.11: `Python/suggestions.c`.

use crate::context::Vm;
use crate::context::errors::ExcKind;
use crate::object::{Py, PyRef, Value};
use crate::types::exceptions::value::{PyAttributeError, PyBaseException, PyNameError};
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::traceback::PyTraceback;

const CANDIDATES_MAX: usize = 750;
const SIZE_MAX: usize = 40;
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

/// What may have been meant.
pub fn suggestion_for(vm: &Vm, exception: &Value) -> Option<PyRef<PyStr>> {
    let class = exception.class(vm);
    if class.is(&vm.exception_class(ExcKind::AttributeError)) {
        let error = exception.downcast_ref::<PyAttributeError>()?;
        let (name, object) = (error.name.get()?, error.obj.get()?);
        let name = name.downcast_exact::<PyStr>(vm)?;
        let names = crate::modules::builtins::functions::dir_of(vm, Some(&object)).ok()?;
        return nearest(&names.downcast_ref::<PyList>()?.to_vec(), name);
    }
    if class.is(&vm.exception_class(ExcKind::NameError)) {
        let error = exception.downcast_ref::<PyNameError>()?;
        let name = error.name.get()?;
        let name = name.downcast_exact::<PyStr>(vm)?;
        let base = exception.downcast_ref::<PyBaseException>()?;
        return from_frame(vm, base.traceback.get()?, name);
    }
    None
}

/// The nearest of the variables, globals and builtins of the frame that raised.
fn from_frame(vm: &Vm, traceback: Value, name: &Py<PyStr>) -> Option<PyRef<PyStr>> {
    let mut traceback = traceback;
    while let Some(next) = traceback.downcast_ref::<PyTraceback>()?.next.get() {
        traceback = next;
    }
    let frame = traceback.downcast_ref::<PyTraceback>()?.frame.clone();
    let frame = crate::types::frame_methods::frame_of(vm, &frame).ok()?;
    // SAFETY: a frame object's frame is complete, and its function keeps globals and builtins alive.
    let (code, globals, builtins) = unsafe {
        (
            (*frame).code.clone(),
            (*(*frame).globals).to_ref(),
            (*(*frame).builtins).to_ref(),
        )
    };
    let locals: Vec<Value> = code
        .localsplusnames
        .as_slice()
        .iter()
        .zip(code.localspluskinds.as_slice())
        .filter(|(_, kind)| **kind & bytecode::LocalKind::LOCAL != 0)
        .map(|(name, _)| name.clone())
        .collect();
    nearest(&locals, name)
        .or_else(|| nearest(&globals.keys(), name))
        .or_else(|| nearest(&builtins.keys(), name))
}

/// The candidate with the smallest distance, if one is near enough.
fn nearest(candidates: &[Value], name: &Py<PyStr>) -> Option<PyRef<PyStr>> {
    if candidates.len() >= CANDIDATES_MAX {
        return None;
    }
    let wanted = name.to_str()?;
    let mut best: Option<(usize, PyRef<PyStr>)> = None;
    for candidate in candidates {
        let candidate = candidate.downcast_ref::<PyStr>()?;
        let text = candidate.to_str()?;
        if text == wanted {
            continue;
        }
        let mut limit = (wanted.len() + text.len() + 3) * MOVE_COST / 6;
        if let Some((distance, _)) = &best {
            match distance.checked_sub(1) {
                Some(below) => limit = limit.min(below),
                None => continue,
            }
        }
        let distance = distance(wanted.as_bytes(), text.as_bytes(), limit);
        if distance <= limit {
            best = Some((distance, candidate.to_ref()));
        }
    }
    best.map(|(_, name)| name)
}

fn substitution_cost(a: u8, b: u8) -> usize {
    if a & 31 != b & 31 {
        MOVE_COST
    } else if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// Levenshtein's distance with CPython's costs; above `limit` any larger number.
fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > SIZE_MAX || b.len() > SIZE_MAX {
        return limit + 1;
    }
    let (a, b) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (b.len() - a.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|n| n * MOVE_COST).collect();
    let mut result = 0;
    for (index, code) in b.iter().enumerate() {
        let mut diagonal = index * MOVE_COST;
        result = diagonal;
        let mut minimum = usize::MAX;
        for (other, cell) in a.iter().zip(&mut row) {
            let substitute = diagonal + substitution_cost(*code, *other);
            diagonal = *cell;
            result = substitute.min(result.min(diagonal) + MOVE_COST);
            *cell = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return limit + 1;
        }
    }
    result
}
