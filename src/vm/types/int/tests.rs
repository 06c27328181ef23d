//! Numbers behave as CPython's; expected texts come from it.

use crate::context::hash_secret::HashSecret;
use crate::context::{PyErr, Vm};
use crate::object::{CompareOp, Value};
use crate::protocol::{call, compare, number, repr};
use crate::types::boot::{Booted, boot_with_thread};

fn vm() -> Booted {
    boot_with_thread(HashSecret::new(1, 2))
}

fn show(vm: &Vm, result: Result<Value, PyErr>) -> String {
    match result {
        Ok(value) => repr::repr_text(vm, &value).unwrap_or_else(|_| "?".into()),
        Err(error) => {
            let value = error.to_value();
            let text = repr::str_text(vm, &value).unwrap_or_else(|_| "?".into());
            format!("{}: {text}", value.class(vm).name_str())
        }
    }
}

fn int(vm: &Vm, text: &str) -> Value {
    call::call1(vm, &vm.types.int.as_value(), &vm.new_str(text)).expect("an int")
}

#[test]
fn operators() {
    let vm = vm();
    let big = int(&vm, "1180591620717411303424");
    let cases: &[(u32, Value, Value, &str)] = &[
        (0, vm.new_int(2), vm.new_int(3), "5"),
        (0, big.clone(), vm.new_int(1), "1180591620717411303425"),
        (10, big.clone(), big.clone(), "0"),
        (5, big.clone(), vm.new_float(2.0), "2.3611832414348226e+21"),
        (2, vm.new_int(-7), vm.new_int(2), "-4"),
        (6, vm.new_int(-7), vm.new_int(2), "1"),
        (
            2,
            vm.new_int(1),
            vm.new_int(0),
            "ZeroDivisionError: integer division or modulo by zero",
        ),
        (
            6,
            vm.new_int(1),
            vm.new_int(0),
            "ZeroDivisionError: integer modulo by zero",
        ),
        (11, vm.new_int(1), vm.new_int(3), "0.3333333333333333"),
        (
            11,
            vm.new_int(1),
            vm.new_int(0),
            "ZeroDivisionError: division by zero",
        ),
        (
            8,
            vm.new_int(2),
            vm.new_int(100),
            "1267650600228229401496703205376",
        ),
        (8, vm.new_int(2), vm.new_int(-1), "0.5"),
        (
            8,
            vm.new_float(-8.0),
            vm.new_float(1.0 / 3.0),
            "(1.0000000000000002+1.7320508075688772j)",
        ),
        (3, vm.new_int(1), vm.new_int(70), "1180591620717411303424"),
        (
            3,
            vm.new_int(1),
            big.clone(),
            "OverflowError: too many digits in integer",
        ),
        (
            9,
            big.clone(),
            vm.new_int(-1),
            "ValueError: negative shift count",
        ),
        (9, vm.new_int(-5), vm.new_int(100), "-1"),
        (1, Value::True, Value::False, "False"),
        (1, Value::True, vm.new_int(3), "1"),
        (0, Value::True, Value::True, "2"),
        (
            0,
            vm.new_int(1),
            Value::None,
            "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'",
        ),
        (
            13,
            vm.new_int(1),
            vm.new_str("a"),
            "TypeError: unsupported operand type(s) for +=: 'int' and 'str'",
        ),
        (6, vm.new_float(-1.0), vm.new_float(3.0), "2.0"),
        (
            2,
            vm.new_float(-1.0),
            vm.new_float(0.0),
            "ZeroDivisionError: float floor division by zero",
        ),
    ];
    for (op, a, b, expected) in cases {
        assert_eq!(show(&vm, number::binary_op(&vm, *op, a, b)), *expected);
    }
}

#[test]
fn parsing() {
    let vm = vm();
    let int_class = vm.types.int.to_value();
    let float_class = vm.types.float.to_value();
    let cases: &[(&Value, &str, &str)] = &[
        (&int_class, " 12_000\n", "12000"),
        (&int_class, "\u{661}_\u{662}", "12"),
        (&float_class, "1_0.5", "10.5"),
        (&float_class, "-inf", "-inf"),
    ];
    for (class, text, expected) in cases {
        assert_eq!(
            show(&vm, call::call1(&vm, class, &vm.new_str(text))),
            *expected
        );
    }
    let digits = vm.new_str(&"1".repeat(5000));
    assert_eq!(
        show(&vm, call::call1(&vm, &int_class, &digits)),
        "ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use \
         sys.set_int_max_str_digits() to increase the limit"
    );
}

#[test]
fn comparison() {
    let vm = vm();
    let big = int(&vm, "9007199254740993");
    let near = vm.new_float(9007199254740992.0);
    assert!(!compare::eq(&vm, &big, &near).expect("comparable"));
    assert!(compare::lt(&vm, &near, &big).expect("comparable"));
    let result = compare::rich(&vm, &vm.new_int(1), &Value::None, CompareOp::Lt);
    assert_eq!(
        show(&vm, result),
        "TypeError: '<' not supported between instances of 'int' and 'NoneType'"
    );
}
