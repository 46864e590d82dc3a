using System.Globalization;
using FewShotAD.Domain.Transfers;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Transfers;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain.png", "plain.png")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=SUM(A1)", "'=SUM(A1)")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@cmd", "'@cmd")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("=a,\"b\"", "\"'=a,\"\"b\"\"\"")]
    [InlineData("1-2", "1-2")]
    public void A_text_is_quoted_where_it_must_be_and_never_a_formula(string? value, string cell) => Assert.Equal(cell, CsvText.Text(value));

    [Property]
    public void A_number_reads_back_as_it_was(double value) =>
        Assert.Equal(value, double.Parse(CsvText.Number(value), NumberStyles.Float, CultureInfo.InvariantCulture));

    [Fact]
    public void A_negative_number_stays_a_number() => Assert.Equal("-1.5", CsvText.Number(-1.5));
}
