//! Lists, tuples, dictionaries and sets, written: an empty one first, so that it can contain itself, then its items in batches.

use super::opcode::*;
use super::save::Saver;
use vm::context::PyResult;
use vm::object::{Py, Value};
use vm::protocol::{call, iter};
use vm::types::dict::value::PyDict;
use vm::types::list::value::PyList;
use vm::types::set::ops::any_set;
use vm::types::tuple::value::PyTuple;

/// How many items stand behind one mark.
const BATCH: usize = 1000;
/// How deep containers may be nested, while nothing is memoized, before it is asked whether one contains itself.
const FAST_NESTING_LIMIT: usize = 50;

impl Saver<'_> {
    /// Without a memo, a container that contains itself must be noticed in another way.
    fn enter_fast(&mut self, object: &Value) -> PyResult<()> {
        if !self.pickler.is_fast() {
            return Ok(());
        }
        self.fast_nesting += 1;
        if self.fast_nesting < FAST_NESTING_LIMIT {
            return Ok(());
        }
        if self.fast_open.contains(&object.bits()) {
            let (class, id) = (object.class(self.vm).tp_name(), object.bits());
            return Err(self.vm.value_error(format!(
                "fast mode: can't pickle cyclic objects including object type {class} at {id:#x}"
            )));
        }
        self.fast_open.push(object.bits());
        Ok(())
    }

    fn leave_fast(&mut self) {
        if self.pickler.is_fast() {
            if self.fast_nesting >= FAST_NESTING_LIMIT {
                self.fast_open.pop();
            }
            self.fast_nesting -= 1;
        }
    }

    pub(super) fn save_tuple(&mut self, object: &Value, tuple: &Py<PyTuple>) -> PyResult<()> {
        let items = tuple.as_slice();
        let binary = self.pickler.is_binary();
        if items.is_empty() {
            self.output.put(if binary { &[EMPTY_TUPLE] } else { &[MARK, TUPLE] });
            return Ok(());
        }
        // A tuple can contain itself only through something that was memoized meanwhile, and then it was written whole in there: what
        // stands on the reader's stack is dropped for it.
        if items.len() <= 3 && self.protocol >= 2 {
            for item in items {
                self.save(item)?;
            }
            if self.is_known(object) {
                self.output.put(&[POP, POP, POP][..items.len()]);
                return self.get_memo(object).map(drop);
            }
            self.output.put(&[[TUPLE1, TUPLE2, TUPLE3][items.len() - 1]]);
            return self.put_memo(object);
        }
        self.output.put(&[MARK]);
        for item in items {
            self.save(item)?;
        }
        if self.is_known(object) {
            match binary {
                true => self.output.put(&[POP_MARK]),
                false => self.output.put(&vec![POP; items.len() + 1]),
            }
            return self.get_memo(object).map(drop);
        }
        self.output.put(&[TUPLE]);
        self.put_memo(object)
    }

    pub(super) fn save_list(&mut self, object: &Value) -> PyResult<()> {
        let vm = self.vm;
        self.enter_fast(object)?;
        let binary = self.pickler.is_binary();
        self.output.put(if binary { &[EMPTY_LIST] } else { &[MARK, LIST] });
        self.put_memo(object)?;
        if let Some(list) = object.downcast_ref::<PyList>()
            && list.len() > 0
        {
            match self.protocol {
                0 => self.append_all(&iter::get_iter(vm, object)?)?,
                _ => self.append_list(list)?,
            }
        }
        self.leave_fast();
        Ok(())
    }

    /// The items of a list, which may change meanwhile.
    fn append_list(&mut self, list: &Py<PyList>) -> PyResult<()> {
        if list.len() == 1
            && let Some(item) = list.get(0)
        {
            self.save(&item)?;
            self.output.put(&[APPEND]);
            return Ok(());
        }
        let mut index = 0;
        while index < list.len() {
            self.output.put(&[MARK]);
            let end = index + BATCH;
            while index < end
                && let Some(item) = list.get(index)
            {
                self.save(&item)?;
                index += 1;
            }
            self.output.put(&[APPENDS]);
        }
        Ok(())
    }

    /// What an iterator gives, appended.
    pub(super) fn append_all(&mut self, items: &Value) -> PyResult<()> {
        let vm = self.vm;
        if self.protocol == 0 {
            while let Some(item) = iter::next(vm, items)? {
                self.save(&item)?;
                self.output.put(&[APPEND]);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(vm, items)? else {
                return Ok(());
            };
            let Some(mut item) = iter::next(vm, items)? else {
                self.save(&first)?;
                self.output.put(&[APPEND]);
                return Ok(());
            };
            self.output.put(&[MARK]);
            self.save(&first)?;
            let mut count = 1;
            loop {
                self.save(&item)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                match iter::next(vm, items)? {
                    Some(next) => item = next,
                    None => break,
                }
            }
            self.output.put(&[APPENDS]);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    pub(super) fn save_dict(&mut self, object: &Value) -> PyResult<()> {
        let vm = self.vm;
        self.enter_fast(object)?;
        let binary = self.pickler.is_binary();
        self.output.put(if binary { &[EMPTY_DICT] } else { &[MARK, DICT] });
        self.put_memo(object)?;
        if let Some(dict) = object.downcast_ref::<PyDict>()
            && dict.len() > 0
        {
            if self.protocol > 0 {
                self.set_items_of(dict)?;
            } else {
                let items = call::call_method(vm, object, &vm.intern_str("items"), &[])?;
                self.set_all(&iter::get_iter(vm, &items)?)?;
            }
        }
        self.leave_fast();
        Ok(())
    }

    /// The items of a dictionary, which must not change meanwhile.
    fn set_items_of(&mut self, dict: &Py<PyDict>) -> PyResult<()> {
        let (len, mut position) = (dict.len(), 0);
        if len == 1
            && let Some((key, value)) = dict.next_item(&mut position)
        {
            self.save(&key)?;
            self.save(&value)?;
            self.output.put(&[SETITEM]);
            return Ok(());
        }
        loop {
            let mut count = 0;
            self.output.put(&[MARK]);
            while count < BATCH
                && let Some((key, value)) = dict.next_item(&mut position)
            {
                self.save(&key)?;
                self.save(&value)?;
                count += 1;
            }
            self.output.put(&[SETITEMS]);
            if dict.len() != len {
                let text = "dictionary changed size during iteration";
                return Err(self.vm.runtime_error(text));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_pair(&mut self, item: &Value) -> PyResult<()> {
        let pair = item.downcast_ref::<PyTuple>().map(|item| item.as_slice());
        let Some([key, value]) = pair else {
            let text = "dict items iterator must return 2-tuples";
            return Err(self.vm.type_error(text));
        };
        self.save(key)?;
        self.save(value)
    }

    /// The pairs an iterator gives, set as items.
    pub(super) fn set_all(&mut self, items: &Value) -> PyResult<()> {
        let vm = self.vm;
        if self.protocol == 0 {
            while let Some(item) = iter::next(vm, items)? {
                self.save_pair(&item)?;
                self.output.put(&[SETITEM]);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(vm, items)? else {
                return Ok(());
            };
            let Some(mut item) = iter::next(vm, items)? else {
                self.save_pair(&first)?;
                self.output.put(&[SETITEM]);
                return Ok(());
            };
            self.output.put(&[MARK]);
            self.save_pair(&first)?;
            let mut count = 1;
            loop {
                self.save_pair(&item)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                match iter::next(vm, items)? {
                    Some(next) => item = next,
                    None => break,
                }
            }
            self.output.put(&[SETITEMS]);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// `(class, ([items…],))`, as older readers understand it.
    fn save_set_as_list(&mut self, object: &Value) -> PyResult<()> {
        let vm = self.vm;
        let items = any_set(object).map(|set| set.items()).unwrap_or_default();
        let args = vm.new_tuple(vec![vm.new_list(items)]);
        let reduced = [object.class(vm).to_value(), args];
        self.save_reduce(&reduced, Some(object))
    }

    pub(super) fn save_set(&mut self, object: &Value) -> PyResult<()> {
        if self.protocol < 4 {
            return self.save_set_as_list(object);
        }
        self.output.put(&[EMPTY_SET]);
        self.put_memo(object)?;
        let Some(set) = any_set(object).filter(|set| set.len() > 0) else {
            return Ok(());
        };
        let (len, mut position) = (set.len(), 0);
        loop {
            let mut count = 0;
            self.output.put(&[MARK]);
            while count < BATCH
                && let Some((item, _)) = set.next(&mut position)
            {
                self.save(&item)?;
                count += 1;
            }
            self.output.put(&[ADDITEMS]);
            if set.len() != len {
                let text = "set changed size during iteration";
                return Err(self.vm.runtime_error(text));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    pub(super) fn save_frozenset(&mut self, object: &Value) -> PyResult<()> {
        self.enter_fast(object)?;
        if self.protocol < 4 {
            self.save_set_as_list(object)?;
            self.leave_fast();
            return Ok(());
        }
        self.output.put(&[MARK]);
        for item in any_set(object).map(|set| set.items()).unwrap_or_default() {
            self.save(&item)?;
        }
        self.leave_fast();
        // As for tuples.
        if self.is_known(object) {
            self.output.put(&[POP_MARK]);
            return self.get_memo(object).map(drop);
        }
        self.output.put(&[FROZENSET]);
        self.put_memo(object)
    }
}
