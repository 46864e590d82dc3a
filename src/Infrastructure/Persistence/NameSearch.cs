using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>
/// Search by a part of a name, A to Z in capitals or not. Every other letter is itself only: it is what SQLite's LIKE says, and
/// PostgreSQL's lower() of a text that is compared byte by byte.
/// </summary>
public static class NameSearch
{
    private const string Escape = "\\";

    /// <summary>For <see cref="Fits"/>: the part as people typed it, in which no sign stands for others.</summary>
    public static string Pattern(string part) =>
        $"%{new string([.. part.Trim().SelectMany(Literal)])}%";

    /// <summary>Translated by each database product; nothing else can call it.</summary>
    public static bool Fits(string name, string pattern) =>
        throw new UnreachableException($"“{name}” and “{pattern}” are compared by the database.");

    /// <param name="lowered">Makes a name's capitals small, where LIKE itself looks at them.</param>
    internal static void Translate(ModelBuilder model, Func<SqlExpression, SqlExpression> lowered) => model
        .HasDbFunction(() => Fits("", ""))
        .HasTranslation(given => new LikeExpression(lowered(given[0]), given[1], new SqlConstantExpression(Escape, given[1].TypeMapping), null));

    private static IEnumerable<char> Literal(char sign) => sign switch
    {
        '\\' or '%' or '_' => [Escape[0], sign],
        >= 'A' and <= 'Z' => [(char)(sign + ('a' - 'A'))],
        _ => [sign],
    };
}
