//! Values that are made of others: `Option`, `Result` and tuples.

use super::{Collector, Of, Of2, Walk};

impl<W: Walk<T>, T> Walk<Option<T>> for Of<W> {
    fn walk(value: &Option<T>, into: &mut Collector<'_>) {
        if let Some(value) = value {
            W::walk(value, into);
        }
    }
}

impl<A: Walk<T>, B: Walk<E>, T, E> Walk<Result<T, E>> for Of2<A, B> {
    fn walk(value: &Result<T, E>, into: &mut Collector<'_>) {
        match value {
            Ok(value) => A::walk(value, into),
            Err(error) => B::walk(error, into),
        }
    }
}

macro_rules! tuples {
    ($(($($Walker:ident $Item:ident $item:ident),+))*) => {$(
        impl<$($Walker: Walk<$Item>, $Item),+> Walk<($($Item,)+)> for ($($Walker,)+) {
            fn walk(($($item,)+): &($($Item,)+), into: &mut Collector<'_>) {
                $($Walker::walk($item, into);)+
            }
        }
    )*};
}

tuples! {
    (A T a)
    (A T a, B U b)
    (A T a, B U b, C V c)
    (A T a, B U b, C V c, D W d)
    (A T a, B U b, C V c, D W d, E X e)
    (A T a, B U b, C V c, D W d, E X e, F Y f)
    (A T a, B U b, C V c, D W d, E X e, F Y f, G Z g)
    (A T a, B U b, C V c, D W d, E X e, F Y f, G Z g, H S h)
}
