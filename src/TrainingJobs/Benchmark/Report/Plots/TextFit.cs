namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>Lines that fit, by the mean width of a letter: which font a reader has is not known.</summary>
internal static class TextFit
{
    /// <summary>Share of the font size, a little wide so that a wider font fits as well.</summary>
    private const double LetterWidth = 0.6;

    public static double Width(string text, double fontSize = 12) => text.Length * LetterWidth * fontSize;

    public static string Cut(string text, double width, double fontSize = 12)
    {
        var letters = Math.Max(2, (int)(width / (LetterWidth * fontSize)));
        if (text.Length <= letters)
            return text;
        // Never between the two halves of one character.
        var end = char.IsHighSurrogate(text[letters - 2]) ? letters - 2 : letters - 1;
        return text[..end] + "…";
    }

    public static IReadOnlyList<string> Wrap(string text, double width, double fontSize = 12)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' '))
        {
            if (lines.Count > 0 && Width(lines[^1] + " " + word, fontSize) <= width)
                lines[^1] += " " + word;
            else
                lines.Add(Cut(word, width, fontSize));
        }

        return lines;
    }
}
