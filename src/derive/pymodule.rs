//! `#[pymodule]`: an inline Rust module and the definition of the Python module it is.

use crate::attributes::{Options, doc_of, option_str, plain_name, take_attribute, vm_path};
use crate::binding::rust_params;
use crate::pymethods::{Function, module_function};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, Item, ItemMod, Path, Result};

/// Expands `#[pymodule]`.
pub fn expand(options: &Options, mut module: ItemMod) -> Result<TokenStream> {
    options.check(&["name", "doc", "types", "parts", "needs_os"])?;
    let vm = vm_path();
    let Some((_, items)) = &mut module.content else {
        return Err(Error::new_spanned(
            &module,
            "a native module is written inline: `mod name { … }`",
        ));
    };
    let mut rows = Vec::new();
    let mut wrappers = TokenStream::new();
    let mut attributes = TokenStream::new();
    let mut has_exec = TokenStream::new();
    for item in items.iter_mut() {
        match item {
            Item::Fn(function) => {
                if let Some((kind, attribute)) =
                    take_attribute(&mut function.attrs, &["pyfunction", "pyattr"])
                {
                    let params = rust_params(&mut function.sig, None)?;
                    let ident = &function.sig.ident;
                    if kind == "pyattr" {
                        let call = if params.is_empty() {
                            quote!(#ident())
                        } else {
                            quote!(#ident(vm))
                        };
                        attributes.extend(attribute_statement(
                            &attribute,
                            &plain_name(ident),
                            &call,
                        )?);
                    } else {
                        let options = Options::of(&attribute)?;
                        let doc = doc_of(&function.attrs);
                        let path = quote!(#ident);
                        let function = Function {
                            options: &options,
                            ident,
                            signature: &function.sig,
                            params: &params,
                            path,
                            doc,
                        };
                        let (row, code) = module_function(&function)?;
                        rows.push(row);
                        wrappers.extend(code);
                    }
                } else if function.sig.ident == "exec" {
                    let wants_vm = function.sig.inputs.len() == 2;
                    let call = if wants_vm {
                        quote!(exec(vm, __module))
                    } else {
                        quote!(exec(__module))
                    };
                    has_exec = quote!(#vm::protocol::convert::IntoSlotResult::<()>::into_slot_result(#call)?;);
                }
            }
            Item::Const(constant) => {
                if let Some((_, attribute)) = take_attribute(&mut constant.attrs, &["pyattr"]) {
                    let ident = &constant.ident;
                    attributes.extend(attribute_statement(
                        &attribute,
                        &plain_name(ident),
                        &quote!(#ident),
                    )?);
                }
            }
            _ => {}
        }
    }
    let parts: Vec<Path> = options.list("parts")?;
    let def = definition(options, &module.attrs, &parts)?;
    let emitted = quote! {
        /// The functions of the module.
        pub const FUNCTIONS: &[#vm::object::MethodDef] = {
            #wrappers
            &[ #( #rows ),* ]
        };

        #[allow(unused_variables)]
        fn __exec(vm: &#vm::context::Vm, __module: &#vm::object::Value) -> #vm::context::PyResult<()> {
            #attributes
            #( (#parts::DEF.exec)(vm, __module)?; )*
            #has_exec
            ::core::result::Result::Ok(())
        }

        #def
    };
    let emitted: syn::File = syn::parse2(emitted)?;
    if let Some((_, items)) = &mut module.content {
        items.extend(emitted.items);
    }
    Ok(quote!(#module))
}

fn attribute_statement(
    attribute: &Attribute,
    name: &str,
    value: &TokenStream,
) -> Result<TokenStream> {
    let vm = vm_path();
    let options = Options::of(attribute)?;
    options.check(&["name"])?;
    let name = options
        .text("name")?
        .map_or_else(|| name.to_string(), |name| name.value());
    Ok(quote! {
        #vm::protocol::convert::set_module_attribute(
            vm,
            __module,
            #name,
            #vm::protocol::convert::IntoPyResult::into_py_result(#value, vm)?,
        )?;
    })
}

/// `TYPES` and `DEF`, with what the parts add.
fn definition(options: &Options, attributes: &[Attribute], parts: &[Path]) -> Result<TokenStream> {
    let vm = vm_path();
    // A part has no name of its own.
    let name = options
        .text("name")?
        .map(|name| name.value())
        .unwrap_or_default();
    let doc = options
        .text("doc")?
        .map(|doc| doc.value())
        .or_else(|| doc_of(attributes));
    let doc = option_str(doc.as_deref());
    let needs_os = options.has("needs_os");
    let types: Vec<Path> = options.list("types")?;
    let (functions, all_types) = if parts.is_empty() {
        (quote!(FUNCTIONS), quote!(TYPES))
    } else {
        let functions = quote!({
            const ALL: &[&[#vm::object::MethodDef]] = &[FUNCTIONS, #( #parts::FUNCTIONS ),*];
            const JOINED: [#vm::object::MethodDef; #vm::object::concat::total(ALL)] =
                #vm::object::concat::join(ALL, #vm::object::concat::NO_METHOD);
            &JOINED
        });
        let types = quote!({
            const ALL: &[&[fn() -> &'static #vm::object::TypeDef]] = &[TYPES, #( #parts::TYPES ),*];
            const JOINED: [fn() -> &'static #vm::object::TypeDef; #vm::object::concat::total(ALL)] =
                #vm::object::concat::join(ALL, <#vm::types::object_::PyBaseObject as #vm::object::Payload>::def);
            &JOINED
        });
        (functions, types)
    };
    Ok(quote! {
        /// The types of the module.
        pub const TYPES: &[fn() -> &'static #vm::object::TypeDef] = &[ #( <#types as #vm::object::Payload>::def ),* ];

        /// The module.
        pub static DEF: #vm::object::ModuleDef = #vm::object::ModuleDef {
            name: #name,
            doc: #doc,
            functions: #functions,
            types: #all_types,
            exec: __exec,
            needs_os: #needs_os,
        };
    })
}
