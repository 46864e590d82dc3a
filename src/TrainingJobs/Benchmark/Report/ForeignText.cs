using System.Globalization;
using System.Text;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Names of folders and machines are foreign input: they may hold anything that a file system takes.</summary>
internal static class ForeignText
{
    /// <summary>Marks characters that no XML may hold, that end a line, or that turn the reading direction of what follows.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var strange = category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            plain.Append(strange ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return plain.Length == 0 ? "(no name)" : plain.ToString();
    }

    /// <summary>For Markdown, tables included: every ASCII punctuation mark but hyphen and comma is escaped, the HTML ones as entities.</summary>
    public static string Markdown(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in Plain(text))
        {
            escaped.Append(letter switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                // Inside a table some readers end the cell at an escaped bar too.
                '|' => "&#124;",
                '-' or ',' => letter,
                _ when char.IsAscii(letter) && (char.IsPunctuation(letter) || char.IsSymbol(letter)) => "\\" + letter,
                _ => letter,
            });
        }

        return escaped.ToString();
    }
}
