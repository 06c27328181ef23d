//! Sums and norms: fsum, hypot, dist.
//!
//! `fsum` keeps a list of partial sums without rounding (Shewchuk 1997); norms are scaled by a power of two and summed with the error terms
//! of squares, then corrected once.

use derive::pymodule;

#[pymodule]
pub mod sums_part {
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::{iter, number};
    use vm::types::tuple::value::PyTuple;

    /// Return an accurate floating point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating point arithmetic.
    #[pyfunction(sig = "fsum($module, seq, /)")]
    fn fsum(vm: &Vm, seq: &Value) -> PyResult<f64> {
        let mut partials: Vec<f64> = Vec::new();
        let (mut special, mut infinite) = (0.0, 0.0);
        iter::iterate(vm, seq, |item| {
            let original = number::to_f64(vm, &item)?;
            let mut x = original;
            let mut kept = 0;
            for index in 0..partials.len() {
                let mut y = partials[index];
                if x.abs() < y.abs() {
                    std::mem::swap(&mut x, &mut y);
                }
                let high = x + y;
                let low = y - (high - x);
                if low != 0.0 {
                    partials[kept] = low;
                    kept += 1;
                }
                x = high;
            }
            partials.truncate(kept);
            if x != 0.0 {
                if !x.is_finite() {
                    if original.is_finite() {
                        return Err(vm.overflow_error("intermediate overflow in fsum"));
                    }
                    if original.is_infinite() {
                        infinite += original;
                    }
                    special += original;
                    partials.clear();
                } else {
                    partials.push(x);
                }
            }
            Ok(())
        })?;
        if special != 0.0 {
            if f64::is_nan(infinite) {
                return Err(vm.value_error("-inf + inf in fsum"));
            }
            return Ok(special);
        }
        Ok(round_partials(&mut partials))
    }

    /// The sum of partials, rounded half to even.
    fn round_partials(partials: &mut Vec<f64>) -> f64 {
        let Some(mut high) = partials.pop() else {
            return 0.0;
        };
        let mut low = 0.0;
        while let Some(y) = partials.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        if let Some(next) = partials.last()
            && ((low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        high
    }

    /// The Euclidean norm of absolute values, the largest of which is `max`.
    fn vector_norm(values: &mut [f64], max: f64, found_nan: bool) -> f64 {
        if max.is_infinite() {
            return max;
        }
        if found_nan {
            return f64::NAN;
        }
        if max == 0.0 || values.len() <= 1 {
            return max;
        }
        let (_, exponent) = libm::frexp(max);
        if exponent < -1023 {
            for value in values.iter_mut() {
                *value /= f64::MIN_POSITIVE;
            }
            return f64::MIN_POSITIVE * vector_norm(values, max / f64::MIN_POSITIVE, found_nan);
        }
        let scale = libm::ldexp(1.0, -exponent);
        let (mut sum, mut fraction_one, mut fraction_two) = (1.0f64, 0.0, 0.0);
        for value in values.iter() {
            let x = value * scale;
            let product = x * x;
            let error = x.mul_add(x, -product);
            let total = sum + product;
            fraction_two += error;
            fraction_one += product - (total - sum);
            sum = total;
        }
        let mut root = (sum - 1.0 + (fraction_one + fraction_two)).sqrt();
        let product = -root * root;
        let error = (-root).mul_add(root, -product);
        let total = sum + product;
        fraction_two += error;
        fraction_one += product - (total - sum);
        sum = total;
        let x = sum - 1.0 + (fraction_one + fraction_two);
        root += x / (2.0 * root);
        root / scale
    }

    /// hypot(*coordinates) -> value
    ///
    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[pyfunction(sig = "hypot($module, *coordinates)", no_text_signature)]
    fn hypot(vm: &Vm, coordinates: &[Value]) -> PyResult<f64> {
        let (mut values, mut max, mut found_nan) =
            (Vec::with_capacity(coordinates.len()), 0.0f64, false);
        for value in coordinates {
            let x = number::to_f64(vm, value)?.abs();
            found_nan |= x.is_nan();
            max = max.max(x);
            values.push(x);
        }
        Ok(vector_norm(&mut values, max, found_nan))
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[pyfunction(sig = "dist($module, p, q, /)")]
    fn dist(vm: &Vm, p: &Value, q: &Value) -> PyResult<f64> {
        let coordinates = |point: &Value| match point.downcast_ref::<PyTuple>() {
            Some(tuple) => Ok(tuple.as_slice().to_vec()),
            None => iter::to_vec(vm, point),
        };
        let (p, q) = (coordinates(p)?, coordinates(q)?);
        if p.len() != q.len() {
            return Err(vm.value_error("both points must have the same number of dimensions"));
        }
        let (mut values, mut max, mut found_nan) = (Vec::with_capacity(p.len()), 0.0f64, false);
        for (a, b) in p.iter().zip(&q) {
            let x = (number::to_f64(vm, a)? - number::to_f64(vm, b)?).abs();
            found_nan |= x.is_nan();
            max = max.max(x);
            values.push(x);
        }
        Ok(vector_norm(&mut values, max, found_nan))
    }
}
