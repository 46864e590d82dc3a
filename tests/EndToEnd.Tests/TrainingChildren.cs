using System.Diagnostics;
using System.Globalization;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The training processes that a portal has started, found by their parent.</summary>
public static class TrainingChildren
{
    public static IReadOnlyList<int> Of(int portal) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == portal && CommandOf(id).Contains("fewshotad", StringComparison.Ordinal))];

    /// <summary>Whoever started them, and whether that one still lives.</summary>
    public static IReadOnlyList<int> Under(string folder) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && CommandOf(id).Contains("fewshotad", StringComparison.Ordinal) && CommandOf(id).Contains(folder, StringComparison.Ordinal) && IsAlive(id))];

    public static bool IsAlive(int id) => ParentOf(id) is not null;

    /// <summary>kill -9. False when the process had ended by itself.</summary>
    public static bool TryKill(int id)
    {
        if (!IsAlive(id))
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended between the two looks.
            return false;
        }
    }

    private static int? ParentOf(int id)
    {
        var text = Read($"/proc/{id}/stat");
        // The command in parentheses may hold spaces: the fields after it are state and parent. A zombie counts as gone.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && fields[0] != "Z" ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;
    }

    private static string CommandOf(int id) => Read($"/proc/{id}/cmdline");

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process ended between the listing and the look.
            return "";
        }
    }
}
