//! `_thread._local`: an object with other attributes in each thread.
//!
//! Each thread's attributes are a dict of its own, made when the thread first looks; a subclass's `__init__` runs then, with the arguments
//! the object was made with. The dicts belong to the object; a thread that ends takes its own ones with it.
//!
//! CPython 3.11: `local_new`, `_ldict` in `Modules/_threadmodule.c`.

use derive::{pymethods, pytype};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use vm::context::{PyResult, Thread, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Payload, Py, PyRef, PyType, Traverse, Value, Visitor};
use vm::protocol::attr;
use vm::types::dict::value::PyDict;
use vm::types::native::this;
use vm::types::tuple::value::PyTuple;

/// Dicts by thread (the address of its state).
type Dicts = RefCell<HashMap<usize, PyRef<PyDict>>>;

/// All objects that keep something for threads.
#[derive(Default)]
struct Registry {
    known: RefCell<Vec<Weak<Dicts>>>,
}

/// Thread-local data
#[pytype(name = "_thread._local", flags(BASETYPE, GC, HAS_WEAKREF), clear = clear, tables(LOCAL))]
pub struct Local {
    values: Vec<Value>,
    names: Option<PyRef<PyTuple>>,
    dicts: Rc<Dicts>,
}

impl Traverse for Local {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.values.iter().for_each(&mut *visit);
        if let Some(names) = &self.names {
            visit(&names.as_value());
        }
        for dict in self.dicts.borrow().values() {
            visit(&dict.as_value());
        }
    }
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(local) = value.downcast_ref::<Local>() {
        let dicts = std::mem::take(&mut *local.dicts.borrow_mut());
        drop(dicts);
    }
}

fn id_of(thread: &Thread) -> usize {
    std::ptr::from_ref(thread).addr()
}

/// Drops what objects keep for a thread that ends.
fn forget_thread(vm: &Vm, thread: &Thread) {
    let registry = vm.state.get::<Registry>();
    let known: Vec<_> = registry.known.borrow().iter().filter_map(Weak::upgrade).collect();
    for dicts in known {
        let dict = dicts.borrow_mut().remove(&id_of(thread));
        drop(dict);
    }
}

/// The running thread's dict, and whether it is new.
fn own_dict(vm: &Vm, zelf: &Value) -> PyResult<PyRef<PyDict>> {
    let local = this::<Local>(vm, zelf)?;
    let id = id_of(vm.thread());
    if let Some(dict) = local.dicts.borrow().get(&id) {
        return Ok(dict.clone());
    }
    let dict = PyDict::new(vm);
    local.dicts.borrow_mut().insert(id, dict.clone());
    let class = zelf.class(vm);
    if !vm::protocol::args::same_init(class, Local::class(vm))
        && let Some(init) = class.slots.init.get()
        && let Err(error) = init(vm, zelf, Args::new(&local.values, local.names.as_deref()))
    {
        // The next look tries again.
        let dict = local.dicts.borrow_mut().remove(&id);
        drop(dict);
        return Err(error);
    }
    Ok(dict)
}

#[pymethods(table = LOCAL)]
impl Local {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let own_init = !vm::protocol::args::same_init(cls, Local::class(vm));
        if !args.is_empty() && !own_init {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        let dicts: Rc<Dicts> = Rc::default();
        // Making the object runs `__init__` in this thread: no need to do that again.
        dicts.borrow_mut().insert(id_of(vm.thread()), PyDict::new(vm));
        let registry = vm.state.get::<Registry>();
        let mut known = registry.known.borrow_mut();
        if known.len() == known.capacity() {
            known.retain(|dicts| dicts.strong_count() > 0);
        }
        known.push(Rc::downgrade(&dicts));
        drop(known);
        vm::runtime::threads::at_thread_end(vm, forget_thread);
        let values = args.all_values().to_vec();
        let names = args.kwnames().map(|names| names.to_ref());
        Ok(new_object(cls, Local { values, names, dicts }).into_value())
    }

    #[pyslot]
    fn getattro(zelf: &Value, vm: &Vm, name: &Value) -> PyResult<Value> {
        let dict = own_dict(vm, zelf)?;
        let name = attr::name_of(vm, name)?;
        if name.equals_str("__dict__") {
            return Ok(dict.into_value());
        }
        match attr::generic_getattr_in(vm, zelf, name, &dict)? {
            Some(value) => Ok(value),
            None => Err(attr::missing(vm, zelf, name)),
        }
    }

    #[pyslot]
    fn setattro(zelf: &Value, vm: &Vm, name: &Value, value: Option<Value>) -> PyResult<()> {
        let dict = own_dict(vm, zelf)?;
        let name = attr::name_of(vm, name)?;
        if name.equals_str("__dict__") {
            let class = zelf.class(vm).tp_name();
            return Err(vm.attribute_error(format!("'{class}' object attribute '__dict__' is read-only")));
        }
        attr::generic_setattr_in(vm, zelf, name, value, &dict)
    }
}
