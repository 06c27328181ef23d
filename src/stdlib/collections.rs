//! `_collections`.
//!
//! CPython 3.11: `Modules/_collectionsmodule.c`, `Objects/odictobject.c`.

mod defaultdict;
mod deque;
mod odict;
mod odict_views;
mod tuplegetter;

use derive::pymodule;

pub use collections_module::DEF;

/// High performance data structures.
/// - deque:        ordered collection accessible from endpoints only
/// - defaultdict:  dict subclass with a default value factory
#[pymodule(
    name = "_collections",
    types(
        super::deque::PyDeque,
        super::deque::PyDequeIter,
        super::deque::PyDequeReverseIter,
        super::defaultdict::PyDefaultDict,
        super::odict::PyOrderedDict,
        super::tuplegetter::PyTupleGetter
    )
)]
mod collections_module {
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::{call, iter, mapping, number};
    use vm::types::dict::value::PyDict;

    /// Count elements in the iterable, updating the mapping
    #[pyfunction(sig = "_count_elements($module, mapping, iterable, /)")]
    fn _count_elements(vm: &Vm, mapping: &Value, iterable: &Value) -> PyResult<()> {
        let (zero, one) = (vm.new_int(0), vm.new_int(1));
        let dict = mapping.downcast_ref::<PyDict>();
        // A subclass that has methods of its own is asked through them.
        let plain = dict.filter(|_| {
            let (own, base) = (&mapping.class(vm).slots, &vm.types.dict.slots);
            let same = match (own.mp_ass_subscript.get(), base.mp_ass_subscript.get()) {
                (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
                _ => false,
            };
            let get = |class: &vm::object::PyType| -> Option<Value> {
                let mro = class.mro_ref()?;
                mro.as_slice()
                    .iter()
                    .filter_map(|class| class.downcast_ref::<vm::object::PyType>())
                    .find_map(|class| class.dict_ref().get_str(&vm.names.get))
            };
            same && match (get(mapping.class(vm)), get(&vm.types.dict)) {
                (Some(a), Some(b)) => a.is(&b),
                _ => false,
            }
        });
        let method = match plain {
            Some(_) => Value::None,
            None => vm::protocol::attr::get(vm, mapping, &vm.names.get)?,
        };
        iter::iterate(vm, iterable, |key| match plain {
            Some(dict) => {
                let hash = vm.hash(&key)?;
                let count = match dict.get_with_hash(vm, &key, hash)? {
                    Some(old) => number::add(vm, &old, &one)?,
                    None => one.clone(),
                };
                dict.set_with_hash(vm, key, hash, count)
            }
            None => {
                let old = call::call_args(vm, &method, &[key.clone(), zero.clone()])?;
                mapping::set_item(vm, mapping, &key, number::add(vm, &old, &one)?)
            }
        })
    }
}
