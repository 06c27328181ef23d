//! What `complex` does.

use super::{arith, new};
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, Table, Value};
use crate::protocol::repr;
use crate::protocol::text::{as_text_ref, format_error, from_text};
use crate::types::native::{member, no_args, one};
use crate::types::str::value::PyStr;
use arith::this;
use base::dtoa::{FormatFlags, double_to_string};
use base::format_spec::{Locale, format_complex};

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        no_args(
            "conjugate",
            "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
            |vm, value| {
                let this = this(vm, value)?;
                Ok(vm.new_complex(this.real, -this.imag))
            },
        ),
        no_args(
            "__complex__",
            "Convert this value to exact type complex.",
            arith::positive,
        ),
        no_args("__getnewargs__", "", |vm, value| {
            let this = this(vm, value)?;
            Ok(vm.new_tuple(vec![vm.new_float(this.real), vm.new_float(this.imag)]))
        }),
        one(
            "__format__",
            "($self, format_spec, /)",
            "Convert to a string according to format_spec.",
            format,
        ),
    ],
    getsets: &[
        member(
            "real",
            Some("the real part of a complex number"),
            |vm, value| Ok(vm.new_float(this(vm, value)?.real)),
        ),
        member(
            "imag",
            Some("the imaginary part of a complex number"),
            |vm, value| Ok(vm.new_float(this(vm, value)?.imag)),
        ),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new::new));
        slots.repr.set(Some(repr_slot));
        slots.hash.set(Some(arith::hash));
        slots.richcompare.set(Some(arith::richcompare));
        slots.add.set(Some(arith::add));
        slots.subtract.set(Some(arith::subtract));
        slots.multiply.set(Some(arith::multiply));
        slots.power.set(Some(arith::power));
        slots.negative.set(Some(arith::negative));
        slots.positive.set(Some(arith::positive));
        slots.absolute.set(Some(arith::absolute));
        slots.bool.set(Some(arith::is_true));
        slots.true_divide.set(Some(arith::true_divide));
    },
};

fn repr_slot(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this(vm, value)?;
    let text = |part, sign| {
        let flags = FormatFlags {
            sign,
            ..FormatFlags::default()
        };
        double_to_string(part, b'r', 0, flags)
    };
    let text = if this.real == 0.0 && this.real.is_sign_positive() {
        format!("{}j", text(this.imag, false))
    } else {
        format!("({}{}j)", text(this.real, false), text(this.imag, true))
    };
    Ok(vm.new_str(&text))
}

/// `complex.__format__`
fn format(vm: &Vm, value: &Value, spec: &Value) -> PyResult<Value> {
    let Some(spec) = spec.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "__format__() argument must be str, not {}",
            spec.class(vm).tp_name()
        )));
    };
    if spec.len() == 0 {
        return repr::str(vm, value).map(PyRef::into_value);
    }
    let number = this(vm, value)?;
    let type_name = value.class(vm).tp_name();
    format_complex(
        number.real,
        number.imag,
        as_text_ref(spec),
        &type_name,
        Locale::C,
    )
    .map(|text| from_text(vm, &text).into_value())
    .map_err(|error| format_error(vm, &error))
}
