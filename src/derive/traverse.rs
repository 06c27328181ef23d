//! `#[derive(Traverse)]`: every field shows the collector what it refers to.

use crate::attributes::vm_path;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Error, Fields, Result};

/// Expands `#[derive(Traverse)]`.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let vm = vm_path();
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, visits) = fields(&data.fields)?;
            quote!(let Self #pattern = self; #visits)
        }
        Data::Enum(data) => {
            let mut arms = TokenStream::new();
            for variant in &data.variants {
                let name = &variant.ident;
                let (pattern, visits) = fields(&variant.fields)?;
                arms.extend(quote!(Self::#name #pattern => { #visits }));
            }
            quote!(match self { #arms })
        }
        Data::Union(_) => {
            return Err(Error::new_spanned(
                ident,
                "a union does not know what it refers to",
            ));
        }
    };
    Ok(quote! {
        impl #impl_generics #vm::object::Traverse for #ident #ty_generics #where_clause {
            #[allow(unused_variables)]
            fn traverse(&self, __visit: &mut #vm::object::Visitor<'_>) {
                #body
            }
        }
    })
}

/// A pattern for the fields, and the visits.
fn fields(fields: &Fields) -> Result<(TokenStream, TokenStream)> {
    let vm = vm_path();
    let mut visits = TokenStream::new();
    let mut bindings = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let variable = format_ident!("__f{index}");
        let skipped = is_skipped(&field.attrs)?;
        let binding = if skipped {
            quote!(_)
        } else {
            quote!(#variable)
        };
        bindings.push(match &field.ident {
            Some(name) => quote!(#name: #binding),
            None => binding,
        });
        if !skipped {
            visits.extend(quote!(#vm::object::Traverse::traverse(#variable, __visit);));
        }
    }
    let pattern = match fields {
        Fields::Named(_) => quote!({ #(#bindings),* }),
        Fields::Unnamed(_) => quote!((#(#bindings),*)),
        Fields::Unit => TokenStream::new(),
    };
    Ok((pattern, visits))
}

fn is_skipped(attributes: &[Attribute]) -> Result<bool> {
    for attribute in attributes {
        if attribute.path().is_ident("pytraverse") {
            let option: syn::Ident = attribute.parse_args()?;
            if option != "skip" {
                return Err(Error::new_spanned(option, "the only option is `skip`"));
            }
            return Ok(true);
        }
    }
    Ok(false)
}
