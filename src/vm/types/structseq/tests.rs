//! A struct sequence is a tuple with names.

use crate::context::hash_secret::HashSecret;
use crate::protocol::attr;
use crate::types::boot::boot_with_thread;
use crate::types::tuple::value::PyTuple;

crate::structseq! {
    static POINT: "test.point", doc: "A point.", visible: 2, flags: 0,
    fields: [("x", "across"), ("y", "up"), ("colour", "hidden")]
}

#[test]
fn fields_are_items_and_attributes() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let before = vm.heap.used();
    let values = vec![
        vm.new_int(3),
        vm.new_int(4),
        vm.new_tuple(vec![vm.new_int(5)]),
    ];
    let point = POINT.new_value(&vm, values);
    assert_eq!(
        point.downcast_ref::<PyTuple>().map(|tuple| tuple.len()),
        Some(2)
    );
    let y = attr::get(&vm, &point, &vm.intern_str("y")).ok();
    assert_eq!(y.and_then(|y| y.as_small_int()), Some(4));
    let colour = attr::get(&vm, &point, &vm.intern_str("colour")).expect("colour");
    assert_eq!(
        colour.downcast_ref::<PyTuple>().map(|tuple| tuple.len()),
        Some(1)
    );
    assert!(vm.heap.used() > before);
    let class = POINT.class(&vm).to_value();
    let count = attr::get(&vm, &class, &vm.names.n_fields).ok();
    assert_eq!(count.and_then(|count| count.as_small_int()), Some(3));
}
