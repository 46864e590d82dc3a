using System.Globalization;

namespace FewShotAD.Domain.Transfers;

/// <summary>
/// Cells of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line
/// break) gets an apostrophe in front, as OWASP advises; numbers are written by <see cref="Number(double)"/> and stay numbers.
/// </summary>
public static class CsvText
{
    public const string LineEnd = "\r\n";

    public static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        var safe = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + value : value;
        return safe.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    /// <summary>Shortest text that reads back as the same number.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
