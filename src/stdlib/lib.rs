//! Native modules that need no more than the interpreter's public interface; one file or folder each, named as in Python.

pub mod embedded;
mod support;

macro_rules! native_modules {
    ($( $module:ident, )*) => {
        $( pub mod $module; )*

        /// The modules of this crate.
        pub static MODULES: &[&vm::object::ModuleDef] = &[ $( &$module::DEF, )* ];
    };
}

native_modules! {
    array,
    binascii,
    errno,
    posix,
    thread,
    time,
    bisect,
    collections,
    functools,
    heapq,
    itertools,
    math,
    operator,
    random,
    re,
    string_,
    struct_,
    unicodedata,
}
