//! The stock elements that can be made from text, for payloads that many programs have.

/// Lets the stock elements be made from text for payloads of the program's own.
///
/// They are there for `()`, numbers, `bool`, `String`, and vectors of numbers and bytes, by the default feature
/// `launch-stock`; a program that launches nothing compiles faster without it. In a launch string the payload
/// is that of the element next to them, or said: `null_source payload=Strain ! ...`. A payload must be `Clone`, `Send`
/// and `'static`, and is known by the name written here.
///
/// ```
/// use sgn::prelude::*;
///
/// #[derive(Clone)]
/// struct Strain(f64);
///
/// sgn::launchable!(Strain);
///
/// #[sgn::source]
/// fn detector(#[state] count: &mut u32) -> Frame<Strain> {
///     *count += 1;
///     Frame::new(Strain(1e-21)).with_eos(*count == 3)
/// }
///
/// # fn main() -> sgn::Result<()> {
/// sgn::launch::pipeline("detector ! pass_through ! null_sink")?.run()?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! launchable {
    ($($payload:ty),+ $(,)?) => {
        $(
            $crate::launchable!(@instance NullSource, Source, $payload);
            $crate::launchable!(@instance PassThrough, Transform, $payload);
            $crate::launchable!(@instance NullSink, Sink, $payload);
            $crate::launchable!(@instance CollectSink, Sink, $payload);
            $crate::launchable!(@instance CollectFrames, Sink, $payload);
            $crate::launchable!(@instance DequeSink, Sink, $payload);
        )+
    };
    (@instance $Element:ident, $Role:ident, $payload:ty) => {
        $crate::__private::inventory::submit! {
            $crate::__private::registry::InstanceEntry {
                name: ::core::stringify!($Element),
                payload: ::core::stringify!($payload),
                construct: $crate::__private::registry::StructProbe::<
                    $crate::elements::$Element<$payload>,
                    $crate::__private::role::$Role,
                >::construct,
            }
        }
    };
}

#[cfg(feature = "launch-stock")]
launchable!(
    (),
    bool,
    u8,
    u16,
    u32,
    u64,
    i8,
    i16,
    i32,
    i64,
    f32,
    f64,
    String,
    Vec<u8>,
    Vec<i16>,
    Vec<i32>,
    Vec<f32>,
    Vec<f64>,
);
