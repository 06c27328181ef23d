//! Numbers: `abs`, `divmod`, `pow`, `round`, and ints in other bases.
//!
//! CPython 3.11: `Python/bltinmodule.c`.

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::protocol::{number, special};
    use num_bigint::Sign;

    /// The digits of an int in base 2, 8 or 16, with a prefix.
    fn digits(vm: &Vm, value: &Value, prefix: &str, base: u32) -> PyResult<String> {
        let index = number::index(vm, value)?;
        let Some(int) = index.as_int() else {
            return Err(vm.type_error("an integer is required"));
        };
        if let Some(n) = int.to_i64() {
            let (sign, n) = (if n < 0 { "-" } else { "" }, n.unsigned_abs());
            return Ok(match base {
                2 => format!("{sign}{prefix}{n:b}"),
                8 => format!("{sign}{prefix}{n:o}"),
                _ => format!("{sign}{prefix}{n:x}"),
            });
        }
        let number = int.to_bigint();
        let sign = if number.sign() == Sign::Minus {
            "-"
        } else {
            ""
        };
        Ok(format!(
            "{sign}{prefix}{}",
            number.magnitude().to_str_radix(base)
        ))
    }

    /// Return the absolute value of the argument.
    #[pyfunction(sig = "abs($module, x, /)")]
    fn abs(vm: &Vm, x: &Value) -> PyResult<Value> {
        number::absolute(vm, x)
    }

    /// Return the binary representation of an integer.
    #[pyfunction(sig = "bin($module, number, /)")]
    fn bin(vm: &Vm, number: &Value) -> PyResult<String> {
        digits(vm, number, "0b", 2)
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[pyfunction(sig = "divmod($module, x, y, /)")]
    fn divmod(vm: &Vm, x: &Value, y: &Value) -> PyResult<Value> {
        number::divmod(vm, x, y)
    }

    /// Return the hexadecimal representation of an integer.
    #[pyfunction(sig = "hex($module, number, /)")]
    fn hex(vm: &Vm, number: &Value) -> PyResult<String> {
        digits(vm, number, "0x", 16)
    }

    /// Return the octal representation of an integer.
    #[pyfunction(sig = "oct($module, number, /)")]
    fn oct(vm: &Vm, number: &Value) -> PyResult<String> {
        digits(vm, number, "0o", 8)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    #[pyfunction(sig = "pow($module, /, base, exp, mod=None)")]
    fn pow(vm: &Vm, base: &Value, exp: &Value, modulus: Option<&Value>) -> PyResult<Value> {
        number::power(vm, base, exp, modulus.unwrap_or(&Value::None))
    }

    /// Round a number to a given precision in decimal digits.
    #[pyfunction(sig = "round($module, /, number, ndigits=None)")]
    fn round(vm: &Vm, number: &Value, ndigits: Option<&Value>) -> PyResult<Value> {
        let arguments: &[Value] = ndigits.map_or(&[], std::slice::from_ref);
        match special::call(vm, number, &vm.names.__round__, arguments)? {
            Some(rounded) => Ok(rounded),
            None => Err(vm.type_error(format!(
                "type {} doesn't define __round__ method",
                number.class(vm).tp_name()
            ))),
        }
    }
}
