//! Exceptions have CPython's classes, fields and texts.

use crate::context::Vm;
use crate::context::errors::ExcKind;
use crate::context::hash_secret::HashSecret;
use crate::object::Value;
use crate::protocol::{attr, call, repr};
use crate::types::boot::boot_with_thread;
use crate::types::exceptions::raise;

fn make(vm: &Vm, kind: ExcKind, args: &[Value]) -> Value {
    call::call_args(vm, &vm.exception_class(kind).into_value(), args).expect("an exception")
}

fn text(vm: &Vm, value: &Value) -> String {
    repr::str_text(vm, value).expect("a str")
}

#[test]
fn every_class_is_made() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    for &kind in ExcKind::ALL {
        if kind == ExcKind::ExceptionGroup || kind == ExcKind::BaseExceptionGroup {
            continue;
        }
        let class = vm.exception_class(kind);
        assert_eq!(class.name_str(), kind.name());
        assert!(class.is_subtype(&vm.types.base_exception));
        let error = vm.new_exception(kind, Value::NULL);
        assert!(error.is(&vm, kind) || kind.name().starts_with("Unicode"));
    }
}

#[test]
fn os_error_chooses_its_class() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let args = [vm.new_int(2), vm.new_str("No such file"), vm.new_str("a'b")];
    let error = make(&vm, ExcKind::OSError, &args);
    assert_eq!(error.class(&vm).name_str(), "FileNotFoundError");
    let name = attr::get(&vm, &error, &vm.names.filename).expect("a filename");
    assert_eq!(text(&vm, &name), "a'b");
    let error = vm.os_error(libc::EEXIST, None);
    assert!(error.is(&vm, ExcKind::FileExistsError));
    assert_eq!(text(&vm, &error.to_value()), "[Errno 17] File exists");
}

#[test]
fn texts() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let error = make(&vm, ExcKind::KeyError, &[vm.new_int(7)]);
    assert_eq!(text(&vm, &error), "7");
    let stop = vm.stop_iteration(vm.new_int(3));
    assert_eq!(
        stop.stop_value().and_then(|value| value.as_small_int()),
        Some(3)
    );
    let args = [
        vm.new_str("ascii"),
        vm.new_str("a\u{e9}"),
        vm.new_int(1),
        vm.new_int(2),
        vm.new_str("ordinal not in range(128)"),
    ];
    let error = make(&vm, ExcKind::UnicodeEncodeError, &args);
    assert_eq!(
        text(&vm, &error),
        "'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)"
    );
    let place = vm.new_tuple(vec![
        vm.new_str("d/f.py"),
        vm.new_int(3),
        vm.new_int(1),
        Value::None,
    ]);
    let error = make(&vm, ExcKind::SyntaxError, &[vm.new_str("bad"), place]);
    assert_eq!(text(&vm, &error), "bad (f.py, line 3)");
}

#[test]
fn raising() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let error = raise::raise_value(&vm, &vm.new_int(1), None);
    assert_eq!(
        text(&vm, &error.to_value()),
        "exceptions must derive from BaseException"
    );
    let cause = vm.exception_class(ExcKind::KeyError).into_value();
    let class = vm.exception_class(ExcKind::ValueError).into_value();
    let error = raise::raise_value(&vm, &class, Some(&cause));
    assert!(error.is(&vm, ExcKind::ValueError));
    let cause = error.exception().cause.get().expect("a cause");
    assert_eq!(cause.class(&vm).name_str(), "KeyError");
    assert!(error.exception().suppress_context.get());
}
