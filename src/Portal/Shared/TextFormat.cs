using System.Globalization;
using System.Text.RegularExpressions;

namespace FewShotAD.Portal.Shared;

/// <summary>Texts of the resources with what belongs into them.</summary>
public static partial class TextFormat
{
    /// <summary>
    /// Puts values where a text says <c>{0}</c>, <c>{1:0.0}</c>: a translation may move them. Other braces stay as they are. Numbers
    /// read the same in every language, as in files and by REST.
    /// </summary>
    public static string With(this string text, params object?[] values) => Placeholder().Replace(
        text, hole => string.Format(CultureInfo.InvariantCulture, $"{{0{hole.Groups["format"].Value}}}", values[int.Parse(hole.Groups["at"].Value, CultureInfo.InvariantCulture)]));

    /// <summary>What is written down for all to read, as in the audit trail, is in the neutral language, whoever does it.</summary>
    public static T Neutral<T>(Func<T> say)
    {
        var own = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            return say();
        }
        finally
        {
            CultureInfo.CurrentUICulture = own;
        }
    }

    [GeneratedRegex(@"\{(?<at>\d+)(?<format>:[^{}]+)?\}")]
    private static partial Regex Placeholder();
}
