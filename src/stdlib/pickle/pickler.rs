//! `_pickle.Pickler`.

use super::frames::Output;
use super::memo_proxy::{PyPicklerMemoProxy, pairs_of};
use super::opcode::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL};
use super::pickling_error;
use super::save::Saver;
use derive::{Traverse, pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Args, Py, PyCell, PyRef, PyType, Value, alloc};
use vm::protocol::attr;
use vm::protocol::convert_int::to_i32;

/// Objects that were written, by identity: their numbers, and themselves, so that they stay.
pub(super) type Memo = HashMap<u64, (usize, Value), ahash::RandomState>;

/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
/// protocol is 4. It was introduced in Python 3.4, and is incompatible
/// with previous versions.
///
/// Specifying a negative protocol version selects the highest protocol
/// version supported.  The higher the protocol used, the more recent the
/// version of Python needed to read the pickle produced.
///
/// The *file* argument must have a write() method that accepts a single
/// bytes argument. It can thus be a file object opened for binary
/// writing, an io.BytesIO instance, or any other custom object that meets
/// this interface.
///
/// If *fix_imports* is True and protocol is less than 3, pickle will try
/// to map the new Python 3 names to the old module names used in Python
/// 2, so that the pickle data stream is readable with Python 2.
///
/// If *buffer_callback* is None (the default), buffer views are
/// serialized into *file* as part of the pickle stream.
///
/// If *buffer_callback* is not None, then it can be called any number
/// of times with a buffer view.  If the callback returns a false value
/// (such as None), the given buffer is out-of-band; otherwise the
/// buffer is serialized in-band, i.e. inside the pickle stream.
///
/// It is an error if *buffer_callback* is not None and *protocol*
/// is None or smaller than 5.
#[pytype(
    name = "_pickle.Pickler",
    sig = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    flags(BASETYPE, GC),
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyPickler {
    pub(super) memo: RefCell<Memo>,
    write: PyCell<Option<Value>>,
    pub(super) persistent_id: PyCell<Option<Value>>,
    pub(super) dispatch_table: PyCell<Option<Value>>,
    pub(super) buffer_callback: PyCell<Option<Value>>,
    #[pytraverse(skip)]
    pub(super) protocol: Cell<i32>,
    #[pytraverse(skip)]
    bin: Cell<i32>,
    #[pytraverse(skip)]
    fast: Cell<i32>,
    #[pytraverse(skip)]
    pub(super) fix_imports: Cell<bool>,
}

/// The `write` of a file.
pub(super) fn write_of(vm: &Vm, file: &Value) -> PyResult<Value> {
    let write = attr::get_opt(vm, file, &vm.intern_str("write"))?;
    write.ok_or_else(|| vm.type_error("file must have a 'write' attribute"))
}

impl PyPickler {
    fn empty() -> PyPickler {
        PyPickler {
            memo: RefCell::default(),
            write: PyCell::new(None),
            persistent_id: PyCell::new(None),
            dispatch_table: PyCell::new(None),
            buffer_callback: PyCell::new(None),
            protocol: Cell::new(0),
            bin: Cell::new(0),
            fast: Cell::new(0),
            fix_imports: Cell::new(false),
        }
    }

    /// A pickler that has no file yet.
    pub(super) fn with(
        vm: &Vm,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<PyPickler> {
        let pickler = PyPickler::empty();
        pickler.configure(vm, protocol, fix_imports, buffer_callback)?;
        Ok(pickler)
    }

    fn configure(
        &self,
        vm: &Vm,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<()> {
        let protocol = match protocol.filter(|protocol| !protocol.is_none()) {
            None => DEFAULT_PROTOCOL,
            Some(protocol) => match to_i32(vm, protocol)? {
                ..0 => HIGHEST_PROTOCOL,
                number if number > HIGHEST_PROTOCOL => {
                    let text = format!("pickle protocol must be <= {HIGHEST_PROTOCOL}");
                    return Err(vm.value_error(text));
                }
                number => number,
            },
        };
        let callback = buffer_callback.filter(|callback| !callback.is_none());
        if callback.is_some() && protocol < 5 {
            return Err(vm.value_error("buffer_callback needs protocol >= 5"));
        }
        self.protocol.set(protocol);
        self.bin.set((protocol > 0).into());
        self.fix_imports.set(fix_imports && protocol < 3);
        self.buffer_callback.set(callback.cloned());
        Ok(())
    }

    /// Gives it a file.
    pub(super) fn set_write(&self, write: Value) {
        self.write.set(Some(write));
    }

    /// Whether opcodes newer than those of protocol 0 are used.
    #[inline]
    pub(super) fn is_binary(&self) -> bool {
        self.bin.get() != 0
    }

    /// Whether nothing is memoized.
    #[inline]
    pub(super) fn is_fast(&self) -> bool {
        self.fast.get() != 0
    }
}

/// Pickles an object to bytes.
pub(super) fn dump_to_bytes(vm: &Vm, pickler: &Py<PyPickler>, object: &Value) -> PyResult<Value> {
    let mut saver = Saver::new(vm, pickler, Output::new(None))?;
    saver.dump(object)?;
    Ok(vm.new_bytes(&saver.output.into_bytes()))
}

/// Pickles an object to the pickler's file.
pub(super) fn dump_to_file(vm: &Vm, pickler: &Py<PyPickler>, object: &Value) -> PyResult<()> {
    let mut saver = Saver::new(vm, pickler, Output::new(pickler.write.get()))?;
    saver.dump(object)?;
    saver.output.flush(vm)
}

#[cold]
fn uninitialized(vm: &Vm, pickler: &Py<PyPickler>) -> PyErr {
    let class = pickler.object().class().tp_name();
    let text = format!("Pickler.__init__() was not called by {class}.__init__()");
    pickling_error(vm, &text)
}

#[pymethods]
impl PyPickler {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        alloc::new_object(cls, PyPickler::empty()).into_value()
    }

    #[pyslot(sig = "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn init(
        zelf: &Py<Self>,
        vm: &Vm,
        file: &Value,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<()> {
        zelf.configure(vm, protocol, fix_imports, buffer_callback)?;
        zelf.set_write(write_of(vm, file)?);
        zelf.memo.borrow_mut().clear();
        zelf.fast.set(0);
        // Subclasses define them as methods, or set them in their own `__init__`.
        let own = |name| attr::get_opt(vm, &zelf.as_value(), &vm.intern_str(name));
        let persistent_id = own("persistent_id")?;
        zelf.persistent_id.set(persistent_id);
        let dispatch_table = own("dispatch_table")?;
        zelf.dispatch_table.set(dispatch_table);
        Ok(())
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[pymethod(sig = "clear_memo($self, /)")]
    fn clear_memo(&self) {
        let old = self.memo.take();
        drop(old);
    }

    /// Write a pickled representation of the given object to the open file.
    #[pymethod(sig = "dump($self, obj, /)")]
    fn dump(zelf: &Py<Self>, vm: &Vm, obj: &Value) -> PyResult<()> {
        if zelf.write.with(Option::is_none) {
            return Err(uninitialized(vm, zelf));
        }
        dump_to_file(vm, zelf, obj)
    }

    /// Returns size in memory, in bytes.
    #[pymethod(sig = "__sizeof__($self, /)")]
    fn __sizeof__(&self) -> usize {
        let entry = size_of::<(u64, (usize, Value))>();
        size_of::<PyPickler>() + self.memo.borrow().capacity() * entry
    }

    #[pymember]
    fn bin(&self) -> i32 {
        self.bin.get()
    }

    #[pymember(setter)]
    fn set_bin(&self, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        self.bin.set(number_attribute(vm, value)?);
        Ok(())
    }

    #[pymember]
    fn fast(&self) -> i32 {
        self.fast.get()
    }

    #[pymember(setter)]
    fn set_fast(&self, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        self.fast.set(number_attribute(vm, value)?);
        Ok(())
    }

    #[pymember]
    fn dispatch_table(&self, vm: &Vm) -> PyResult<Value> {
        let table = self.dispatch_table.get();
        table.ok_or_else(|| vm.attribute_error("dispatch_table"))
    }

    #[pymember(setter)]
    fn set_dispatch_table(&self, value: Option<Value>) {
        self.dispatch_table.set(value);
    }

    #[pygetset]
    fn persistent_id(&self, vm: &Vm) -> PyResult<Value> {
        let function = self.persistent_id.get();
        function.ok_or_else(|| vm.attribute_error("persistent_id"))
    }

    #[pygetset(setter)]
    fn set_persistent_id(&self, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        let Some(function) = value else {
            return Err(vm.type_error("attribute deletion is not supported"));
        };
        if !vm::protocol::call::is_callable(vm, &function) {
            let text = "persistent_id must be a callable taking one argument";
            return Err(vm.type_error(text));
        }
        self.persistent_id.set(Some(function));
        Ok(())
    }

    #[pygetset]
    fn memo(zelf: &Py<Self>, vm: &Vm) -> Value {
        PyRef::new(vm, PyPicklerMemoProxy::of(zelf)).into_value()
    }

    #[pygetset(setter)]
    fn set_memo(&self, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("attribute deletion is not supported"));
        };
        let memo = match value.downcast_ref::<PyPicklerMemoProxy>() {
            Some(proxy) => proxy.pickler().memo.borrow().clone(),
            None => {
                let mut memo = Memo::default();
                for (index, object) in pairs_of(vm, &value)? {
                    memo.insert(object.bits(), (index, object));
                }
                memo
            }
        };
        let old = self.memo.replace(memo);
        drop(old);
        Ok(())
    }
}

fn number_attribute(vm: &Vm, value: Option<Value>) -> PyResult<i32> {
    match value {
        Some(value) => to_i32(vm, &value),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}
