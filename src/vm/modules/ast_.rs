//! `_ast`: the classes of syntax trees, and trees of them made from and turned into the compiler's.
//!
//! The compiler's tree is typed (`compiler::ast`); Python's is objects with attributes. `schema` says what the classes are, `convert` how a
//! field goes over, `nodes` which fields a node has.
//!
//! CPython 3.11: `Python/Python-ast.c`, generated from `Parser/Python.asdl`.

pub mod convert;
pub mod nodes;
pub mod schema;

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, GetSetDef, Payload, Py, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{attr, call, sequence};
use crate::types::dict::value::PyDict;
use crate::types::module::PyModule;
use crate::types::native::{no_args, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::type_::new::{DICT_GETSET, set_class_attribute};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

/// Payload of `AST`; fields are attributes in the instance's dict.
pub struct PyAst;

native_type!(PyAst, "ast.AST", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[unsigned(no_args("__reduce__", "", reduce))],
    getsets: &[GetSetDef {
        name: "__dict__",
        doc: None,
        get: DICT_GETSET.get,
        set: DICT_GETSET.set,
        member: false,
    }],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(
            |_, class, _| Ok(new_object(class, PyAst).into_value()),
        ));
        slots.init.set(Some(init));
    },
};

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    let class = self_.class(vm).to_ref();
    let fields = attr::get_opt(vm, &class.to_value(), &vm.intern_str("_fields"))?;
    let positional = args.positional();
    let count = match &fields {
        Some(fields) => sequence::len(vm, fields)?,
        None => 0,
    };
    if count < positional.len() {
        let plural = if count == 1 { "" } else { "s" };
        return Err(vm.type_error(format!(
            "{} constructor takes at most {count} positional argument{plural}",
            class.name_str()
        )));
    }
    let mut names = Vec::with_capacity(positional.len());
    if let Some(fields) = &fields {
        for (index, value) in positional.iter().enumerate() {
            let name = sequence::get_item(vm, fields, index as isize)?;
            attr::set(vm, self_, attr::name_of(vm, &name)?, value.clone())?;
            names.push(name);
        }
    }
    for (key, value) in args.keywords() {
        if let Some(fields) = &fields
            && sequence::contains(vm, fields, key)?
        {
            for name in &names {
                if crate::protocol::compare::eq(vm, name, key)? {
                    return Err(vm.type_error(format!(
                        "{} got multiple values for argument '{}'",
                        class.tp_name(),
                        crate::types::native::keyword_text(key)
                    )));
                }
            }
        }
        attr::set(vm, self_, attr::name_of(vm, key)?, value.clone())?;
    }
    Ok(())
}

fn reduce(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let class = self_.class(vm).to_value();
    let empty = vm.new_tuple(Vec::new());
    Ok(match attr::get_opt(vm, self_, &vm.names.__dict__)? {
        Some(dict) => vm.new_tuple(vec![class, empty, dict]),
        None => vm.new_tuple(vec![class, empty]),
    })
}

/// The classes of an interpreter, made when they are first needed.
#[derive(Default)]
pub struct Classes {
    by_name: OnceCell<HashMap<&'static str, PyRef<PyType>, ahash::RandomState>>,
    by_address: RefCell<HashMap<u64, &'static str, ahash::RandomState>>,
    /// The instances of classes without fields that trees share (`Load`, `Add`, …).
    singletons: RefCell<HashMap<&'static str, Value, ahash::RandomState>>,
}

impl Classes {
    /// A class of the schema.
    pub fn get(&self, vm: &Vm, name: &str) -> PyResult<PyRef<PyType>> {
        let classes = match self.by_name.get() {
            Some(classes) => classes,
            None => {
                let made = make_classes(vm)?;
                let mut addresses = self.by_address.borrow_mut();
                for (name, class) in &made {
                    addresses.insert(class.as_value().bits(), *name);
                }
                self.by_name.get_or_init(|| made)
            }
        };
        match classes.get(name) {
            Some(class) => Ok(class.clone()),
            None => Err(vm.system_error(format!("no syntax node is called {name}"))),
        }
    }

    /// The name of a class of the schema.
    pub fn name_of(&self, class: &Py<PyType>) -> Option<&'static str> {
        self.by_address
            .borrow()
            .get(&class.as_value().bits())
            .copied()
    }

    /// The instance of a class without fields that trees share.
    pub fn singleton(&self, vm: &Vm, name: &'static str) -> PyResult<Value> {
        if let Some(known) = self.singletons.borrow().get(name) {
            return Ok(known.clone());
        }
        let class = self.get(vm, name)?;
        let value = new_object(&class, PyAst).into_value();
        self.singletons.borrow_mut().insert(name, value.clone());
        Ok(value)
    }
}

fn names(vm: &Vm, names: &[&str]) -> Value {
    vm.new_tuple(
        names
            .iter()
            .map(|name| vm.intern_str(name).into_value())
            .collect(),
    )
}

fn make_classes(vm: &Vm) -> PyResult<HashMap<&'static str, PyRef<PyType>, ahash::RandomState>> {
    let mut classes: HashMap<&'static str, PyRef<PyType>, ahash::RandomState> = HashMap::default();
    let ast = PyAst::class(vm);
    let nothing = names(vm, &[]);
    let module = vm.intern_str("ast").into_value();
    set_class_attribute(vm, ast, &vm.names.__module__, module);
    for name in ["_fields", "__match_args__", "_attributes"] {
        set_class_attribute(vm, ast, &vm.intern_str(name), nothing.clone());
    }
    let metatype = PyType::class(vm).to_value();
    for schema in schema::CLASSES {
        let base = match classes.get(schema.base) {
            Some(base) => base.to_value(),
            None => ast.to_value(),
        };
        let dict = PyDict::new(vm);
        let fields = names(vm, schema.fields);
        dict.set_str(vm, &vm.intern_str("_fields"), fields.clone());
        dict.set_str(vm, &vm.names.__match_args__, fields);
        dict.set_str(vm, &vm.names.__module__, vm.intern_str("ast").into_value());
        dict.set_str(vm, &vm.names.__doc__, vm.new_str(schema.doc));
        let name = vm.intern_str(schema.name).into_value();
        let arguments = [name, vm.new_tuple(vec![base]), dict.into_value()];
        let class = call::call_args(vm, &metatype, &arguments)?;
        let Ok(class) = class.downcast::<PyType>() else {
            return Err(vm.system_error("type() gave no class"));
        };
        if let Some(attributes) = schema.attributes {
            let attributes = names(vm, attributes);
            set_class_attribute(vm, &class, &vm.intern_str("_attributes"), attributes);
        }
        for name in schema.optional {
            set_class_attribute(vm, &class, &vm.intern_str(name), Value::None);
        }
        classes.insert(schema.name, class);
    }
    Ok(classes)
}

/// The module.
#[derive::pymodule(name = "_ast")]
pub mod module {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        super::fill(vm, module)
    }
}

fn fill(vm: &Vm, module: &Value) -> PyResult<()> {
    let Some(module) = module.downcast_ref::<PyModule>() else {
        return Err(vm.type_error("a module is needed"));
    };
    let dict = module.dict(vm);
    let classes = vm.state.get::<Classes>();
    let ast = PyAst::class(vm).to_value();
    dict.set_str(vm, &vm.intern_str("AST"), ast);
    let flags = [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
    ];
    for (name, value) in flags {
        dict.set_str(vm, &vm.intern_str(name), vm.new_int(value));
    }
    for schema in schema::CLASSES {
        let class = classes.get(vm, schema.name)?;
        dict.set_str(vm, &vm.intern_str(schema.name), class.into_value());
    }
    Ok(())
}
