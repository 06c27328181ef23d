//! An interpreter boots, its types are what CPython's are, and it ends without a trace.

use super::{Booted, boot_with_thread};
use crate::context::hash_secret::HashSecret;
use crate::object::{Args, Payload, Value};
use crate::protocol::{attr, lookup};
use crate::types::descriptor::staticmethod::PyStaticMethod;
use crate::types::str::value::PyStr;

fn vm() -> Booted {
    boot_with_thread(HashSecret::new(1, 2))
}

fn text(value: &Value) -> String {
    let text = value.downcast_ref::<PyStr>().expect("a str");
    text.to_string_lossy().into_owned()
}

#[test]
fn boots_and_ends() {
    for _ in 0..3 {
        drop(vm());
    }
}

#[test]
fn core_types_are_complete() {
    let vm = vm();
    for (def, ty) in vm.types.all() {
        assert_eq!(ty.name_str(), def.name);
        assert!(ty.object().class().is(&vm.types.type_));
        let mro = ty.mro_ref().expect("an MRO");
        assert!(mro.as_slice()[0].is(&ty.as_value()));
        assert!(mro.as_slice()[mro.len() - 1].is(&vm.types.object.as_value()));
        assert!(ty.slots.getattro.get().is_some());
    }
    assert!(vm.types.bool.is_subtype(&vm.types.int));
    assert_eq!(vm.types.object.mro_ref().map(|mro| mro.len()), Some(1));
    assert_eq!(
        vm.types.object.bases.get().map(|bases| bases.len()),
        Some(0)
    );
}

#[test]
fn types_on_demand() {
    let vm = vm();
    let ty = PyStaticMethod::class(&vm);
    assert!(ty.is_subtype(&vm.types.object));
    let object = vm.types.object.live_subclasses();
    assert!(object.iter().any(|subclass| subclass.is(ty)));
}

#[test]
fn slots_are_methods() {
    let vm = vm();
    let repr = attr::get(&vm, &vm.types.object.as_value(), &vm.names.__repr__).expect("repr");
    let shown = attr::call_method(&vm, &repr, &vm.names.__repr__, &[]).expect("repr of it");
    assert_eq!(
        text(&shown),
        "<slot wrapper '__repr__' of 'object' objects>"
    );
    let same = lookup::call_special(&vm, &vm.types.int.as_value(), &vm.names.__repr__, &[]);
    assert_eq!(text(&same.expect("repr")), "<class 'int'>");
    let new = attr::get(&vm, &vm.types.object.as_value(), &vm.names.__new__).expect("new");
    let call = new.class(&vm).slots.call.get().expect("callable");
    let error = call(
        &vm,
        &new,
        Args::positional_only(&[vm.types.dict.to_value()]),
    );
    let error = error.expect_err("dicts are not made by object.__new__");
    let args = error.exception().args.get();
    assert_eq!(
        text(&args.as_slice()[0]),
        "object.__new__(dict) is not safe, use dict.__new__()"
    );
}

#[test]
fn instances_of_object() {
    let vm = vm();
    let class = vm.types.object.to_value();
    let call = vm.types.type_.slots.call.get().expect("types are callable");
    let object = call(&vm, &class, Args::empty()).expect("an object");
    let name = vm.intern_str("x");
    let error = attr::set(&vm, &object, &name, Value::None).expect_err("no attributes");
    let args = error.exception().args.get();
    assert_eq!(
        text(&args.as_slice()[0]),
        "'object' object has no attribute 'x'"
    );
    let error = call(&vm, &class, Args::positional_only(&[Value::None])).expect_err("arguments");
    let args = error.exception().args.get();
    assert_eq!(text(&args.as_slice()[0]), "object() takes no arguments");
}
