namespace FewShotAD.Portal.Shared;

/// <summary>Texts that count.</summary>
public static class Plural
{
    /// <summary>The text for one or for another number; the number is <c>{0}</c> in it, <paramref name="more"/> begins at <c>{1}</c>.</summary>
    public static string Of(long count, string one, string many, params object?[] more) => (count == 1 ? one : many).With([count, .. more]);
}
