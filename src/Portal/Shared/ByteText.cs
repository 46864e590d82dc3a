using System.Globalization;

namespace FewShotAD.Portal.Shared;

/// <summary>Numbers of bytes for people.</summary>
public static class ByteText
{
    public static string Of(long bytes)
    {
        string[] units = [SharedTexts.Bytes, SharedTexts.KB, SharedTexts.MB, SharedTexts.GB, SharedTexts.TB];
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < units.Length - 1; unit++)
            value /= 1024;
        return unit == 0 || value >= 10
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0} {units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[unit]}");
    }
}
