//! `_operator`.
//!
//! CPython 3.11: `Modules/_operator.c`.

mod getters;

use derive::pymodule;

pub use operator_module::DEF;

/// Operator interface.
///
/// This module exports a set of functions implemented in C corresponding
/// to the intrinsic operators of Python.  For example, operator.add(x, y)
/// is equivalent to the expression x+y.
#[pymodule(
    name = "_operator",
    types(
        super::getters::PyItemGetter,
        super::getters::PyAttrGetter,
        super::getters::PyMethodCaller
    )
)]
mod operator_module {
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, CompareOp, Value};
    use vm::protocol::{
        buffer, call, compare, convert_int, iter, mapping, number, sequence, truth,
    };
    use vm::types::str::value::PyStr;

    /// Same as a + b.
    #[pyfunction(sig = "add($module, a, b, /)")]
    fn add(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 0, a, b)
    }

    /// Same as a & b.
    #[pyfunction(sig = "and_($module, a, b, /)")]
    fn and_(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 1, a, b)
    }

    /// Same as a // b.
    #[pyfunction(sig = "floordiv($module, a, b, /)")]
    fn floordiv(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 2, a, b)
    }

    /// Same as a << b.
    #[pyfunction(sig = "lshift($module, a, b, /)")]
    fn lshift(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 3, a, b)
    }

    /// Same as a @ b.
    #[pyfunction(sig = "matmul($module, a, b, /)")]
    fn matmul(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 4, a, b)
    }

    /// Same as a * b.
    #[pyfunction(sig = "mul($module, a, b, /)")]
    fn mul(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 5, a, b)
    }

    /// Same as a % b.
    #[pyfunction(sig = "mod($module, a, b, /)")]
    fn r#mod(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 6, a, b)
    }

    /// Same as a | b.
    #[pyfunction(sig = "or_($module, a, b, /)")]
    fn or_(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 7, a, b)
    }

    /// Same as a ** b.
    #[pyfunction(sig = "pow($module, a, b, /)")]
    fn pow(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 8, a, b)
    }

    /// Same as a >> b.
    #[pyfunction(sig = "rshift($module, a, b, /)")]
    fn rshift(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 9, a, b)
    }

    /// Same as a - b.
    #[pyfunction(sig = "sub($module, a, b, /)")]
    fn sub(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 10, a, b)
    }

    /// Same as a / b.
    #[pyfunction(sig = "truediv($module, a, b, /)")]
    fn truediv(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 11, a, b)
    }

    /// Same as a ^ b.
    #[pyfunction(sig = "xor($module, a, b, /)")]
    fn xor(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 12, a, b)
    }

    /// Same as a += b.
    #[pyfunction(sig = "iadd($module, a, b, /)")]
    fn iadd(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 13, a, b)
    }

    /// Same as a &= b.
    #[pyfunction(sig = "iand($module, a, b, /)")]
    fn iand(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 14, a, b)
    }

    /// Same as a //= b.
    #[pyfunction(sig = "ifloordiv($module, a, b, /)")]
    fn ifloordiv(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 15, a, b)
    }

    /// Same as a <<= b.
    #[pyfunction(sig = "ilshift($module, a, b, /)")]
    fn ilshift(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 16, a, b)
    }

    /// Same as a @= b.
    #[pyfunction(sig = "imatmul($module, a, b, /)")]
    fn imatmul(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 17, a, b)
    }

    /// Same as a *= b.
    #[pyfunction(sig = "imul($module, a, b, /)")]
    fn imul(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 18, a, b)
    }

    /// Same as a %= b.
    #[pyfunction(sig = "imod($module, a, b, /)")]
    fn imod(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 19, a, b)
    }

    /// Same as a |= b.
    #[pyfunction(sig = "ior($module, a, b, /)")]
    fn ior(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 20, a, b)
    }

    /// Same as a **= b.
    #[pyfunction(sig = "ipow($module, a, b, /)")]
    fn ipow(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 21, a, b)
    }

    /// Same as a >>= b.
    #[pyfunction(sig = "irshift($module, a, b, /)")]
    fn irshift(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 22, a, b)
    }

    /// Same as a -= b.
    #[pyfunction(sig = "isub($module, a, b, /)")]
    fn isub(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 23, a, b)
    }

    /// Same as a /= b.
    #[pyfunction(sig = "itruediv($module, a, b, /)")]
    fn itruediv(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 24, a, b)
    }

    /// Same as a ^= b.
    #[pyfunction(sig = "ixor($module, a, b, /)")]
    fn ixor(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        number::binary_op(vm, 25, a, b)
    }

    /// Same as -a.
    #[pyfunction(sig = "neg($module, a, /)")]
    fn neg(vm: &Vm, a: &Value) -> PyResult<Value> {
        number::negative(vm, a)
    }

    /// Same as +a.
    #[pyfunction(sig = "pos($module, a, /)")]
    fn pos(vm: &Vm, a: &Value) -> PyResult<Value> {
        number::positive(vm, a)
    }

    /// Same as abs(a).
    #[pyfunction(sig = "abs($module, a, /)")]
    fn abs(vm: &Vm, a: &Value) -> PyResult<Value> {
        number::absolute(vm, a)
    }

    /// Same as ~a.
    #[pyfunction(sig = "inv($module, a, /)")]
    fn inv(vm: &Vm, a: &Value) -> PyResult<Value> {
        number::invert(vm, a)
    }

    /// Same as ~a.
    #[pyfunction(sig = "invert($module, a, /)")]
    fn invert(vm: &Vm, a: &Value) -> PyResult<Value> {
        number::invert(vm, a)
    }

    /// Same as a < b.
    #[pyfunction(sig = "lt($module, a, b, /)")]
    fn lt(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        compare::rich(vm, a, b, CompareOp::Lt)
    }

    /// Same as a <= b.
    #[pyfunction(sig = "le($module, a, b, /)")]
    fn le(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        compare::rich(vm, a, b, CompareOp::Le)
    }

    /// Same as a == b.
    #[pyfunction(sig = "eq($module, a, b, /)")]
    fn eq(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        compare::rich(vm, a, b, CompareOp::Eq)
    }

    /// Same as a != b.
    #[pyfunction(sig = "ne($module, a, b, /)")]
    fn ne(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        compare::rich(vm, a, b, CompareOp::Ne)
    }

    /// Same as a > b.
    #[pyfunction(sig = "gt($module, a, b, /)")]
    fn gt(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        compare::rich(vm, a, b, CompareOp::Gt)
    }

    /// Same as a >= b.
    #[pyfunction(sig = "ge($module, a, b, /)")]
    fn ge(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        compare::rich(vm, a, b, CompareOp::Ge)
    }

    /// Same as not a.
    #[pyfunction(sig = "not_($module, a, /)")]
    fn not_(vm: &Vm, a: &Value) -> PyResult<bool> {
        Ok(!truth::is_true(vm, a)?)
    }

    /// Return True if a is true, False otherwise.
    #[pyfunction(sig = "truth($module, a, /)")]
    fn truth(vm: &Vm, a: &Value) -> PyResult<bool> {
        truth::is_true(vm, a)
    }

    /// Same as a + b, for a and b sequences.
    #[pyfunction(sig = "concat($module, a, b, /)")]
    fn concat(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        sequence::concat(vm, a, b)
    }

    /// Same as a += b, for a and b sequences.
    #[pyfunction(sig = "iconcat($module, a, b, /)")]
    fn iconcat(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        sequence::inplace_concat(vm, a, b)
    }

    /// Same as b in a (note reversed operands).
    #[pyfunction(sig = "contains($module, a, b, /)")]
    fn contains(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
        sequence::contains(vm, a, b)
    }

    /// Return the number of items in a which are, or which equal, b.
    #[pyfunction(sig = "countOf($module, a, b, /)")]
    fn count_of(vm: &Vm, a: &Value, b: &Value) -> PyResult<usize> {
        sequence::count(vm, a, b)
    }

    /// Return the first index of b in a.
    #[pyfunction(sig = "indexOf($module, a, b, /)")]
    fn index_of(vm: &Vm, a: &Value, b: &Value) -> PyResult<usize> {
        sequence::index_of(vm, a, b)
    }

    /// Same as a.__index__()
    #[pyfunction(sig = "index($module, a, /)")]
    fn index(vm: &Vm, a: &Value) -> PyResult<Value> {
        number::index(vm, a)
    }

    /// Same as a[b].
    #[pyfunction(sig = "getitem($module, a, b, /)")]
    fn getitem(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
        mapping::get_item(vm, a, b)
    }

    /// Same as a[b] = c.
    #[pyfunction(sig = "setitem($module, a, b, c, /)")]
    fn setitem(vm: &Vm, a: &Value, b: &Value, c: &Value) -> PyResult<()> {
        mapping::set_item(vm, a, b, c.clone())
    }

    /// Same as del a[b].
    #[pyfunction(sig = "delitem($module, a, b, /)")]
    fn delitem(vm: &Vm, a: &Value, b: &Value) -> PyResult<()> {
        mapping::del_item(vm, a, b)
    }

    /// Same as a is b.
    #[pyfunction(sig = "is_($module, a, b, /)")]
    fn is_(a: &Value, b: &Value) -> bool {
        a.is(b)
    }

    /// Same as a is not b.
    #[pyfunction(sig = "is_not($module, a, b, /)")]
    fn is_not(a: &Value, b: &Value) -> bool {
        !a.is(b)
    }

    /// Same as obj(*args, **kwargs).
    #[pyfunction(sig = "call($module, obj, /, *args, **kwargs)")]
    fn call(vm: &Vm, obj: &Value, args: Args<'_>) -> PyResult<Value> {
        call::call(vm, obj, args)
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[pyfunction(sig = "length_hint($module, obj, default=0, /)")]
    fn length_hint(vm: &Vm, obj: &Value, default: Option<&Value>) -> PyResult<Value> {
        let default = match default {
            None => 0,
            Some(value) if value.as_int().is_none() => {
                return Err(vm.type_error(format!(
                    "'{}' object cannot be interpreted as an integer",
                    value.class(vm).tp_name()
                )));
            }
            Some(value) => convert_int::to_isize(vm, value)?,
        };
        match usize::try_from(default) {
            Ok(default) => Ok(vm.new_usize(iter::length_hint(vm, obj, default)?)),
            Err(_) => {
                // A negative default shows when there is no hint.
                let hint = iter::length_hint(vm, obj, usize::MAX)?;
                Ok(if hint == usize::MAX {
                    vm.new_int(default as i64)
                } else {
                    vm.new_usize(hint)
                })
            }
        }
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[pyfunction(sig = "_compare_digest($module, a, b, /)")]
    fn _compare_digest(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
        let (left, right) = match (a.downcast_ref::<PyStr>(), b.downcast_ref::<PyStr>()) {
            (Some(left), Some(right)) => {
                if !left.is_ascii() || !right.is_ascii() {
                    return Err(vm.type_error(
                        "comparing strings with non-ASCII characters is not supported",
                    ));
                }
                (left.raw_bytes().to_vec(), right.raw_bytes().to_vec())
            }
            _ if buffer::check(vm, a) && buffer::check(vm, b) => {
                (buffer::to_vec(vm, a)?, buffer::to_vec(vm, b)?)
            }
            _ => {
                return Err(vm.type_error(format!(
                    "unsupported operand types(s) or combination of types: '{}' and '{}'",
                    a.class(vm).tp_name(),
                    b.class(vm).tp_name()
                )));
            }
        };
        let differing = left
            .iter()
            .zip(&right)
            .fold(0, |bits, (a, b)| bits | (a ^ b));
        Ok(left.len() == right.len() && differing == 0)
    }
}
