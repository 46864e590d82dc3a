using System.Globalization;

namespace FewShotAD.Portal.Tests.Scale;

/// <summary>Times of one operation, printed for docs/scale.md and never judged: a busy machine must fail no test.</summary>
internal sealed class Times(ITestOutputHelper output)
{
    private const int WarmUp = 3;

    public async Task MeasureAsync<T>(string what, int times, Func<Task<T>> operation)
    {
        for (var i = 0; i < WarmUp; i++)
            await operation();
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await operation();
            taken.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        taken.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {taken[taken.Count / 2]:0} | {taken[(int)Math.Ceiling(taken.Count * 0.95) - 1]:0} | {taken[^1]:0} |"));
    }
}
