//! FAMILY `PRECALL`.
//!
//! The general form opens bound methods. The forms for natives make the whole call and skip the `CALL` that follows.
//!
//! CPython 3.11: `PRECALL*` in `Python/ceval.c`, `_Py_Specialize_Precall`.

use crate::context::{PyResult, Vm};
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Args, NativeFn, PyType, Value};
use crate::raise;
use crate::slow_handler;
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::descriptor::method::PyMethodDescriptor;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::list::value::PyList;
use crate::types::method::PyMethod;
use crate::types::set::table::PySet;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::Opcode;

const CACHE: usize = 1;
/// Own cache, the `CALL` instruction and its cache.
const SKIP: usize = CACHE + 1 + super::call::CACHE;

#[inline(always)]
pub fn precall(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let n = oparg as usize;
    if r.peek(n + 2).is_null() {
        let bound = r
            .peek(n + 1)
            .downcast_exact::<PyMethod>(vm)
            .map(|method| (method.function.clone(), method.self_.clone()));
        if let Some((function, self_)) = bound {
            drop(r.replace(n + 2, function));
            drop(r.replace(n + 1, self_));
        }
    }
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn precall_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    precall(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let n = oparg as usize;
    let is_method = !r.peek(n + 2).is_null();
    let total = n + usize::from(is_method);
    let callable = r.peek(total + 1);
    let keywords = r.peek_kwnames().is_some();
    let form = if callable.downcast_exact::<PyFunction>(vm).is_some() {
        Some(Opcode::PRECALL_PYFUNC)
    } else if let Some(function) = callable.downcast_exact::<PyBuiltinFunction>(vm) {
        if n == 1 && !is_method && !keywords && is_len(vm, callable, function, r.peek(1)) {
            vm.callables
                .len
                .set(std::ptr::from_ref(function.def).addr());
            Some(Opcode::PRECALL_NO_KW_LEN)
        } else {
            builtin_form(function, total, keywords)
        }
    } else if let Some(descriptor) = callable.downcast_exact::<PyMethodDescriptor>(vm) {
        method_form(vm, r, callable, descriptor, total, keywords)
    } else if let Some(class) = callable.downcast_ref::<PyType>() {
        class_form(vm, class, is_method, n, keywords)
    } else if callable.downcast_exact::<PyMethod>(vm).is_some() && !is_method {
        Some(Opcode::PRECALL_BOUND_METHOD)
    } else {
        None
    };
    match form {
        Some(form) => adaptive::specialise_to(r, form),
        None => adaptive::back_off(r),
    }
}

/// Whether this is the function of `builtins`, and the argument of a type with a short way.
fn is_len(vm: &Vm, callable: &Value, function: &PyBuiltinFunction, argument: &Value) -> bool {
    let builtin = || {
        let builtins = vm.builtins.get()?;
        builtins.get_str(&vm.intern_str("len"))
    };
    function.def.name == "len"
        && len_of(vm, argument).is_some()
        && builtin().is_some_and(|builtin| builtin.is(callable))
}

/// The length of a str, list, tuple, dict or set.
#[inline(always)]
fn len_of(vm: &Vm, value: &Value) -> Option<usize> {
    if let Some(list) = value.downcast_exact::<PyList>(vm) {
        Some(list.len())
    } else if let Some(text) = value.downcast_exact::<PyStr>(vm) {
        Some(text.len())
    } else if let Some(tuple) = value.downcast_exact::<PyTuple>(vm) {
        Some(tuple.len())
    } else if let Some(dict) = value.downcast_exact::<PyDict>(vm) {
        Some(dict.len())
    } else {
        Some(value.downcast_exact::<PySet>(vm)?.len())
    }
}

fn builtin_form(function: &PyBuiltinFunction, total: usize, keywords: bool) -> Option<Opcode> {
    match function.def.function {
        NativeFn::O(_) if total == 1 && !keywords => Some(Opcode::PRECALL_NO_KW_BUILTIN_O),
        NativeFn::Fast(_) if !keywords => Some(Opcode::PRECALL_NO_KW_BUILTIN_FAST),
        NativeFn::FastKw(_) => Some(Opcode::PRECALL_BUILTIN_FAST_WITH_KEYWORDS),
        _ => None,
    }
}

fn method_form(
    vm: &Vm,
    r: &Regs,
    callable: &Value,
    descriptor: &PyMethodDescriptor,
    total: usize,
    keywords: bool,
) -> Option<Opcode> {
    match descriptor.def.function {
        NativeFn::NoArgs(_) if total == 1 && !keywords => {
            Some(Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS)
        }
        NativeFn::O(_) if total == 2 && !keywords => {
            let is_append = descriptor.class.is(&vm.types.list) && descriptor.def.name == "append";
            if is_append && r.peek(2).downcast_exact::<PyList>(vm).is_some() {
                vm.callables.list_append.set(callable.bits());
                return Some(Opcode::PRECALL_NO_KW_LIST_APPEND);
            }
            Some(Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O)
        }
        NativeFn::Fast(_) if total >= 1 && !keywords => {
            Some(Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST)
        }
        NativeFn::FastKw(_) if total >= 1 => {
            Some(Opcode::PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS)
        }
        _ => None,
    }
}

fn class_form(
    vm: &Vm,
    class: &crate::object::Py<PyType>,
    is_method: bool,
    n: usize,
    keywords: bool,
) -> Option<Opcode> {
    if !is_method && n == 1 && !keywords {
        if class.is(&vm.types.type_) {
            return Some(Opcode::PRECALL_NO_KW_TYPE_1);
        }
        if class.is(&vm.types.str) {
            return Some(Opcode::PRECALL_NO_KW_STR_1);
        }
        if class.is(&vm.types.tuple) {
            return Some(Opcode::PRECALL_NO_KW_TUPLE_1);
        }
    }
    None
}

/// Ends a call that is complete: the result replaces everything of it.
#[inline(always)]
fn finish(vm: &Vm, r: &mut Regs, n: usize, result: PyResult<Value>) -> Next {
    r.drop_many(n + 2);
    r.push(raise!(result));
    r.jump(SKIP);
    super::jumps::check_breaker(vm, r)
}

#[inline(always)]
fn missed(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    adaptive::miss(r, Opcode::PRECALL_ADAPTIVE);
    precall(vm, r, oparg)
}

#[inline(always)]
fn total_of(r: &Regs, n: usize) -> usize {
    n + usize::from(!r.peek(n + 2).is_null())
}

#[inline(always)]
pub fn precall_pyfunc(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let n = oparg as usize;
    // The call's own guard says enough: go there at once.
    if r.unit(CACHE) as u8 == Opcode::CALL_PY_EXACT_ARGS as u8 {
        r.jump(CACHE);
        let oparg = u32::from(r.fetch() >> 8);
        return super::call::call_py_exact_args(vm, r, oparg);
    }
    if r.peek(total_of(r, n) + 1)
        .downcast_exact::<PyFunction>(vm)
        .is_some()
    {
        r.jump(CACHE);
        return Next::Continue;
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn precall_bound_method(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    precall(vm, r, oparg)
}

#[inline(always)]
pub fn precall_no_kw_builtin_o(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let n = oparg as usize;
    if total_of(r, n) == 1
        && r.peek_kwnames().is_none()
        && let Some(function) = r.peek(2).downcast_exact::<PyBuiltinFunction>(vm)
        && let NativeFn::O(native) = function.def.function
    {
        let result = native(vm, &function.self_, r.peek(1));
        return finish(vm, r, n, result);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn precall_no_kw_builtin_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let n = oparg as usize;
    let total = total_of(r, n);
    if r.peek_kwnames().is_none()
        && let Some(function) = r.peek(total + 1).downcast_exact::<PyBuiltinFunction>(vm)
        && let NativeFn::Fast(native) = function.def.function
    {
        let result = native(vm, &function.self_, r.top_slice(total));
        return finish(vm, r, n, result);
    }
    missed(vm, r, oparg)
}

#[inline(never)]
fn builtin_fast_with_keywords(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let n = oparg as usize;
    let total = total_of(r, n);
    let kwnames = r.peek_kwnames();
    if let Some(function) = r.peek(total + 1).downcast_exact::<PyBuiltinFunction>(vm)
        && let NativeFn::FastKw(native) = function.def.function
    {
        let result = native(vm, &function.self_, Args::new(r.top_slice(total), kwnames));
        r.take_kwnames();
        return finish(vm, r, n, result);
    }
    missed(vm, r, oparg)
}

/// The descriptor of the call and its self, when self is of the descriptor's class.
macro_rules! method_call {
    ($vm:ident, $r:ident, $oparg:ident, |$total:ident| $pattern:pat => $result:expr) => {{
        let n = $oparg as usize;
        let $total = total_of($r, n);
        if $total >= 1
            && let Some(descriptor) = $r
                .peek($total + 1)
                .downcast_exact::<PyMethodDescriptor>($vm)
            && $r.peek($total).class($vm).is_subtype(&descriptor.class)
            && let $pattern = descriptor.def.function
        {
            let result = $result;
            return finish($vm, $r, n, result);
        }
        missed($vm, $r, $oparg)
    }};
}

#[inline(always)]
pub fn precall_no_kw_method_descriptor_noargs(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if r.peek_kwnames().is_some() || total_of(r, oparg as usize) != 1 {
        return missed(vm, r, oparg);
    }
    method_call!(vm, r, oparg, |total| NativeFn::NoArgs(native) => native(vm, r.peek(1)))
}

#[inline(always)]
pub fn precall_no_kw_method_descriptor_o(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if r.peek_kwnames().is_some() || total_of(r, oparg as usize) != 2 {
        return missed(vm, r, oparg);
    }
    method_call!(vm, r, oparg, |total| NativeFn::O(native) => native(vm, r.peek(2), r.peek(1)))
}

#[inline(always)]
pub fn precall_no_kw_method_descriptor_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if r.peek_kwnames().is_some() {
        return missed(vm, r, oparg);
    }
    method_call!(vm, r, oparg, |total| NativeFn::Fast(native) => native(vm, r.peek(total), r.top_slice(total - 1)))
}

#[inline(never)]
fn method_descriptor_fast_with_keywords(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let kwnames = r.peek_kwnames();
    method_call!(vm, r, oparg, |total| NativeFn::FastKw(native) => {
        let result = native(vm, r.peek(total), Args::new(r.top_slice(total - 1), kwnames));
        r.take_kwnames();
        result
    })
}

slow_handler!(
    precall_builtin_fast_with_keywords,
    builtin_fast_with_keywords
);
slow_handler!(
    precall_method_descriptor_fast_with_keywords,
    method_descriptor_fast_with_keywords
);

#[inline(always)]
pub fn precall_no_kw_list_append(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if oparg == 1
        && r.peek(3).bits() == vm.callables.list_append.get()
        && r.peek_kwnames().is_none()
        && r.peek(2).downcast_exact::<PyList>(vm).is_some()
    {
        let value = r.pop();
        if let Some(list) = r.peek(1).downcast_ref::<PyList>() {
            list.push(value);
        }
        drop(r.pop());
        r.set_top(Value::None);
        r.jump(SKIP);
        return Next::Continue;
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn precall_no_kw_type_1(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if oparg == 1
        && r.peek(3).is_null()
        && r.peek_kwnames().is_none()
        && is_class(r.peek(2), &vm.types.type_)
    {
        let class = r.peek(1).class(vm).to_value();
        return finish(vm, r, 1, Ok(class));
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn precall_no_kw_str_1(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if oparg == 1
        && r.peek(3).is_null()
        && r.peek_kwnames().is_none()
        && is_class(r.peek(2), &vm.types.str)
    {
        let result = crate::protocol::repr::str(vm, r.peek(1)).map(Value::from);
        return finish(vm, r, 1, result);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn precall_no_kw_tuple_1(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if oparg == 1
        && r.peek(3).is_null()
        && r.peek_kwnames().is_none()
        && is_class(r.peek(2), &vm.types.tuple)
    {
        let argument = r.peek(1);
        let result = match argument.downcast_exact::<PyTuple>(vm) {
            Some(_) => Ok(argument.clone()),
            None => crate::protocol::iter::to_vec(vm, argument).map(|items| vm.new_tuple(items)),
        };
        return finish(vm, r, 1, result);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
fn is_class(value: &Value, class: &crate::object::Py<PyType>) -> bool {
    value.bits() == std::ptr::from_ref(class) as u64
}

#[inline(always)]
pub fn precall_no_kw_len(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if oparg == 1
        && r.peek(3).is_null()
        && r.peek_kwnames().is_none()
        && let Some(function) = r.peek(2).downcast_exact::<PyBuiltinFunction>(vm)
        && std::ptr::from_ref(function.def).addr() == vm.callables.len.get()
        && let Some(len) = len_of(vm, r.peek(1))
    {
        drop(r.pop());
        drop(r.pop());
        r.set_top(Value::small_int_unchecked(len as i64));
        r.jump(SKIP);
        return super::jumps::check_breaker(vm, r);
    }
    missed(vm, r, oparg)
}

/// CPython's forms that pyrs reaches by the general native forms; they are never written into code.
#[inline(always)]
pub fn precall_no_kw_isinstance(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    missed(vm, r, oparg)
}

/// See `precall_no_kw_isinstance`.
#[inline(always)]
pub fn precall_builtin_class(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    missed(vm, r, oparg)
}
