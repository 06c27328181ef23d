//! Functions of ints: gcd, lcm, factorial, comb, perm, isqrt.

use derive::pymodule;

#[pymodule]
pub mod integers_part {
    use num_bigint::BigInt;
    use num_traits::{One, Signed, Zero};
    use vm::context::{PyErr, PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::number;

    fn to_int(vm: &Vm, value: &Value) -> PyResult<BigInt> {
        let index = number::index(vm, value)?;
        match index.as_int() {
            Some(int) => Ok(int.to_bigint()),
            None => Err(vm.type_error("an int was expected")),
        }
    }

    /// Greatest Common Divisor.
    #[pyfunction(sig = "gcd($module, *integers)")]
    fn gcd(vm: &Vm, integers: &[Value]) -> PyResult<Value> {
        let mut result = BigInt::zero();
        for value in integers {
            result = base::bigint::gcd(&result, &to_int(vm, value)?);
        }
        Ok(vm.new_bigint(result))
    }

    /// Least Common Multiple.
    #[pyfunction(sig = "lcm($module, *integers)")]
    fn lcm(vm: &Vm, integers: &[Value]) -> PyResult<Value> {
        let mut result = BigInt::one();
        for value in integers {
            let value = to_int(vm, value)?;
            if result.is_zero() || value.is_zero() {
                result = BigInt::zero();
                continue;
            }
            let divisor = base::bigint::gcd(&result, &value);
            result = (result / divisor * value).abs();
        }
        Ok(vm.new_bigint(result))
    }

    /// Product of the numbers from `low` up to `high`, halves first so that factors have similar size.
    fn product(low: u64, high: u64) -> BigInt {
        if high - low < 16 {
            return (low..=high).fold(BigInt::one(), |product, n| product * n);
        }
        let middle = low + (high - low) / 2;
        product(low, middle) * product(middle + 1, high)
    }

    /// Find n!.
    ///
    /// Raise a ValueError if x is negative or non-integral.
    #[pyfunction(sig = "factorial($module, n, /)")]
    fn factorial(vm: &Vm, n: &Value) -> PyResult<Value> {
        let n = to_int(vm, n)?;
        if n.is_negative() {
            return Err(vm.value_error("factorial() not defined for negative values"));
        }
        match u64::try_from(&n).ok().filter(|n| *n <= i64::MAX as u64) {
            None => Err(vm.overflow_error(format!(
                "factorial() argument should not exceed {}",
                i64::MAX
            ))),
            Some(n) if n > 100_000_000 => Err(vm.memory_error("")),
            Some(n) => Ok(vm.new_bigint(if n < 2 { BigInt::one() } else { product(2, n) })),
        }
    }

    fn not_negative(vm: &Vm, value: &BigInt, name: &str) -> PyResult<()> {
        if value.is_negative() {
            Err(vm.value_error(format!("{name} must be a non-negative integer")))
        } else {
            Ok(())
        }
    }

    fn too_many(vm: &Vm, function: &str, name: &str) -> PyErr {
        let _ = function;
        vm.overflow_error(format!("{name} must not exceed {}", i64::MAX))
    }

    /// n (n-1) … (n-k+1), halves first.
    fn falling(n: &BigInt, k: u64) -> BigInt {
        if k <= 8 {
            return (0..k).fold(BigInt::one(), |product, i| product * (n - i));
        }
        let half = k / 2;
        falling(n, half) * falling(&(n - half), k - half)
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction(sig = "perm($module, n, k=None, /)")]
    fn perm(vm: &Vm, n: &Value, k: Option<&Value>) -> PyResult<Value> {
        let Some(k) = k else { return factorial(vm, n) };
        let (n, k) = (to_int(vm, n)?, to_int(vm, k)?);
        not_negative(vm, &n, "n")?;
        not_negative(vm, &k, "k")?;
        if k > n {
            return Ok(Value::small_int_unchecked(0));
        }
        let Ok(k) = u64::try_from(&k) else {
            return Err(too_many(vm, "perm", "k"));
        };
        Ok(vm.new_bigint(falling(&n, k)))
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction(sig = "comb($module, n, k, /)")]
    fn comb(vm: &Vm, n: &Value, k: &Value) -> PyResult<Value> {
        let (n, k) = (to_int(vm, n)?, to_int(vm, k)?);
        not_negative(vm, &n, "n")?;
        not_negative(vm, &k, "k")?;
        if k > n {
            return Ok(Value::small_int_unchecked(0));
        }
        let rest = &n - &k;
        let k = if rest < k { rest } else { k };
        let Ok(k) = u64::try_from(&k) else {
            return Err(too_many(vm, "comb", "min(n - k, k)"));
        };
        if k == 0 {
            return Ok(Value::small_int_unchecked(1));
        }
        Ok(vm.new_bigint(falling(&n, k) / product(1, k)))
    }

    /// Return the integer part of the square root of the input.
    #[pyfunction(sig = "isqrt($module, n, /)")]
    fn isqrt(vm: &Vm, n: &Value) -> PyResult<Value> {
        match base::bigint::isqrt(&to_int(vm, n)?) {
            Some(root) => Ok(vm.new_bigint(root)),
            None => Err(vm.value_error("isqrt() argument must be nonnegative")),
        }
    }
}
