//! `#[pytype]`: the definition of a native type.

use crate::attributes::{Options, doc_of, option_str, vm_path};
use crate::text_signature::Sig;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, Expr, Ident, ItemStruct, Path, Result};

/// Flags that bring others with them.
const IMPLIED: &[(&str, &[&str])] = &[
    ("HAS_DICT", &["MANAGED", "GC"]),
    ("HAS_WEAKREF", &["MANAGED", "GC"]),
    ("MANAGED", &["GC"]),
];

/// Expands `#[pytype]`.
pub fn expand(options: &Options, item: &ItemStruct) -> Result<TokenStream> {
    options.check(&[
        "name",
        "base",
        "layout_base",
        "flags",
        "doc",
        "sig",
        "tables",
        "traverse",
        "clear",
        "drop",
    ])?;
    let vm = vm_path();
    let ident = &item.ident;
    let name = options
        .text("name")?
        .ok_or_else(|| Error::new(options.span(), "a type needs `name = \"…\"`"))?;
    let base = options.path("base")?;
    let base_path = base.as_ref().map_or_else(
        || quote!(#vm::types::object_::PyBaseObject),
        |base| quote!(#base),
    );
    let layout_base = options
        .path("layout_base")?
        .map_or_else(|| base_path.clone(), |base| quote!(#base));
    let flags = flags(options)?;
    let flag_values = flags
        .iter()
        .map(|flag| quote!(#vm::object::type_flag::#flag));
    let is_gc = flags.iter().any(|flag| flag == "GC");
    let doc = options
        .text("doc")?
        .map(|doc| doc.value())
        .or_else(|| doc_of(&item.attrs));
    let doc = option_str(doc.as_deref());
    let text_signature = match options.text("sig")? {
        Some(text) => option_str(Some(&Sig::parse(&text)?.text)),
        None => option_str(None),
    };
    let tables: Vec<Path> = options.list("tables")?;
    let traverse = traverse(options, ident, is_gc)?;
    let clear = optional_function(options, "clear")?;
    let drop_payload = match options.path("drop")? {
        Some(path) => quote!(#path),
        None => quote!(#vm::object::traverse::drop_payload::<#ident>),
    };
    let has_repr = item
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("repr"));
    let embeds = base.is_some() || options.has("layout_base");
    let repr = if embeds && !has_repr {
        quote!(#[repr(C)])
    } else {
        TokenStream::new()
    };
    Ok(quote! {
        #repr
        #item

        const _: () = {
            static DEF: #vm::object::TypeDef = #vm::object::TypeDef {
                name: #name,
                doc: #doc,
                text_signature: #text_signature,
                base: ::core::option::Option::Some(<#base_path as #vm::object::Payload>::def),
                layout_base: ::core::option::Option::Some(<#layout_base as #vm::object::Payload>::def),
                flags: 0 #( | #flag_values )*,
                payload_size: ::core::mem::size_of::<#ident>(),
                drop_payload: #drop_payload,
                traverse: #traverse,
                clear: #clear,
                tables: &[ #( &#tables ),* ],
                index: #vm::object::TypeIndex::new(),
            };
            // SAFETY: the definition describes this payload.
            #[allow(unsafe_code, clippy::undocumented_unsafe_blocks)]
            unsafe impl #vm::object::Payload for #ident {
                #[inline(always)]
                fn def() -> &'static #vm::object::TypeDef {
                    &DEF
                }
            }
        };
    })
}

/// The flags as written, with what they imply. Native types are immutable unless `MUTABLE` is among them.
fn flags(options: &Options) -> Result<Vec<Ident>> {
    let written: Vec<Ident> = options.list("flags")?;
    let mut flags: Vec<Ident> = written
        .iter()
        .filter(|flag| *flag != "MUTABLE")
        .cloned()
        .collect();
    let mut add = |name: &str| {
        if !flags.iter().any(|flag| flag == name) {
            flags.push(Ident::new(name, Span::call_site()));
        }
    };
    for (flag, implied) in IMPLIED {
        if written.iter().any(|written| written == flag) {
            implied.iter().for_each(|name| add(name));
        }
    }
    if !written.iter().any(|flag| flag == "MUTABLE") {
        add("IMMUTABLE");
    }
    Ok(flags)
}

/// `traverse = path` or `traverse = none`, else the derived `Traverse` of types the collector looks at.
fn traverse(options: &Options, ident: &Ident, is_gc: bool) -> Result<TokenStream> {
    let vm = vm_path();
    if options.has("traverse") {
        return optional_function(options, "traverse");
    }
    Ok(if is_gc {
        quote!(::core::option::Option::Some(#vm::object::traverse::traverse_payload::<#ident>))
    } else {
        quote!(::core::option::Option::None)
    })
}

fn optional_function(options: &Options, name: &str) -> Result<TokenStream> {
    Ok(match options.value(name)? {
        None => quote!(::core::option::Option::None),
        Some(Expr::Path(path)) if path.path.is_ident("none") => {
            quote!(::core::option::Option::None)
        }
        Some(path) => quote!(::core::option::Option::Some(#path)),
    })
}
