//! Exceptions have CPython's classes, fields and texts.

use crate::context::Vm;
use crate::context::errors::ExcKind;
use crate::context::hash_secret::HashSecret;
use crate::object::Value;
use crate::protocol::{attr, call, repr};
use crate::types::boot::boot_with_thread;
use crate::types::exceptions::{matching, raise};

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
        let class = vm.exception_class(kind);
        assert_eq!(class.name_str(), kind.name());
        assert!(class.is_subtype(&vm.types.base_exception));
        let error = vm.new_exception(kind, Value::NULL);
        assert!(
            error.is(&vm, kind)
                || kind.name().starts_with("Unicode")
                || kind.name().ends_with("Group")
        );
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

fn subclass(vm: &Vm, name: &str, bases: &[ExcKind]) -> Result<Value, crate::context::PyErr> {
    let bases = bases
        .iter()
        .map(|&kind| vm.exception_class(kind).into_value())
        .collect();
    let namespace = crate::types::dict::value::PyDict::new(vm).into_value();
    let args = [vm.new_str(name), vm.new_tuple(bases), namespace];
    call::call_args(vm, &vm.types.type_.to_value(), &args)
}

#[test]
fn classes_of_programs() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let class = subclass(&vm, "A", &[ExcKind::ValueError, ExcKind::KeyError]).expect("a class");
    let error = call::call1(&vm, &class, &vm.new_int(5)).expect("an exception");
    assert_eq!(text(&vm, &error), "5");
    let class = subclass(&vm, "B", &[ExcKind::ValueError, ExcKind::OSError]).expect("a class");
    let error =
        call::call_args(&vm, &class, &[vm.new_int(2), vm.new_int(3)]).expect("an exception");
    let errno = attr::get(&vm, &error, &vm.intern_str("errno")).expect("an errno");
    assert!(errno.is_none() || errno.as_small_int() == Some(2));
    assert!(subclass(&vm, "C", &[ExcKind::StopIteration, ExcKind::OSError]).is_err());
}

#[test]
fn groups() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let leaf = make(&vm, ExcKind::ValueError, &[vm.new_int(1)]);
    let other = make(&vm, ExcKind::TypeError, &[vm.new_int(2)]);
    let inside = make(
        &vm,
        ExcKind::BaseExceptionGroup,
        &[vm.new_str("in"), vm.new_list(vec![leaf.clone(), other])],
    );
    assert_eq!(inside.class(&vm).name_str(), "ExceptionGroup");
    let group = make(
        &vm,
        ExcKind::ExceptionGroup,
        &[vm.new_str("out"), vm.new_tuple(vec![inside])],
    );
    assert_eq!(text(&vm, &group), "out (1 sub-exception)");
    let clause = vm.exception_class(ExcKind::ValueError).into_value();
    let (taken, rest) = matching::match_star(&vm, &group, &clause).expect("a match");
    assert_eq!(text(&vm, &taken), "out (1 sub-exception)");
    let raised = [taken.clone(), rest];
    let again = matching::prep_reraise_star(&vm, &group, &raised).expect("an exception");
    assert_eq!(text(&vm, &again), "out (1 sub-exception)");
    let exit = make(&vm, ExcKind::SystemExit, &[]);
    let refused = call::call_args(
        &vm,
        &vm.exception_class(ExcKind::ExceptionGroup).into_value(),
        &[vm.new_str("x"), vm.new_list(vec![exit])],
    );
    let refused = refused.expect_err("refused").to_value();
    assert_eq!(
        text(&vm, &refused),
        "Cannot nest BaseExceptions in an ExceptionGroup"
    );
}
