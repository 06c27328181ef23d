//! Callbacks of the standard library that only take an entry out of a container of weak references. When the process ends, nobody can tell
//! whether they were called.

use crate::object::Value;
use crate::types::function::PyFunction;
use crate::types::str::value::PyStr;

/// Callbacks of the standard library that only take an entry out of a container of weak references: module and qualified name.
const TIDYING: [(&str, &str); 4] = [
    ("_weakrefset", "WeakSet.__init__.<locals>._remove"),
    ("weakref", "WeakValueDictionary.__init__.<locals>.remove"),
    ("weakref", "WeakKeyDictionary.__init__.<locals>.remove"),
    ("logging", "_removeHandlerRef"),
];

/// Whether nobody could tell that this callback of a weak reference is not called any more.
pub(super) fn is_tidying(callback: &Value) -> bool {
    let Some(function) = callback.downcast_ref::<PyFunction>() else {
        return false;
    };
    function.module.with(|module| {
        let Some(module) = module.downcast_ref::<PyStr>() else {
            return false;
        };
        function.qualname.with(|name| {
            TIDYING
                .iter()
                .any(|known| module.equals_str(known.0) && name.equals_str(known.1))
        })
    })
}
