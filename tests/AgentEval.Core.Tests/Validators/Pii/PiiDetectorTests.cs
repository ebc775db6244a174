using AgentEval.Core.Validators.Pii;

namespace AgentEval.Core.Tests.Validators.Pii;

public sealed class PiiDetectorTests
{
    private static readonly PiiDetector Detector = new(PiiTypes.All);

    [Theory]
    [InlineData("Card: 4111 1111 1111 1111.", "CREDIT_CARD", "4111 1111 1111 1111")]
    [InlineData("It ends 378282246310005, thanks", "CREDIT_CARD", "378282246310005")]
    [InlineData("5555-5555-5555-4444", "CREDIT_CARD", "5555-5555-5555-4444")]
    [InlineData("4111 1111 1111 1111 123", "CREDIT_CARD", "4111 1111 1111 1111")]
    [InlineData("mail jane.doe+x@mail.example.co.uk.", "EMAIL_ADDRESS", "jane.doe+x@mail.example.co.uk")]
    [InlineData("<o'neil@acme.org>", "EMAIL_ADDRESS", "o'neil@acme.org")]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN_CODE", "DE89 3704 0044 0532 0130 00")]
    [InlineData("gb82west12345698765432", "IBAN_CODE", "gb82west12345698765432")]
    [InlineData("from 41.176.181.243, blocked", "IP_ADDRESS", "41.176.181.243")]
    [InlineData("host 2001:db8::8a2e:370:7334 is up", "IP_ADDRESS", "2001:db8::8a2e:370:7334")]
    [InlineData("SSN: 125-17-4954.", "US_SSN", "125-17-4954")]
    [InlineData("social security number 125174954", "US_SSN", "125174954")]
    [InlineData("Call +44 20 7946 0958 now", "PHONE_NUMBER", "+44 20 7946 0958")]
    [InlineData("(618) 226-1460", "PHONE_NUMBER", "(618) 226-1460")]
    [InlineData("618.226.1460 x12", "PHONE_NUMBER", "618.226.1460 x12")]
    [InlineData("my phone is 5403926876", "PHONE_NUMBER", "5403926876")]
    [InlineData("see https://www.acme.org/", "DOMAIN_NAME", "https://www.acme.org/")]
    [InlineData("born 9/15/1946", "DATE_TIME", "9/15/1946")]
    [InlineData("My zip code is 35350", "ZIP_CODE", "35350")]
    [InlineData("my driver's license number is 2270-66-1551", "US_DRIVER_LICENSE", "2270-66-1551")]
    public void Detect_Value_IsFoundWithItsPlace(string text, string type, string value)
    {
        var finding = Assert.Single(Detector.Detect(text), finding => finding.Confidence >= 0.5);

        Assert.Equal((type, value), (finding.Type, text[finding.Start..finding.End]));
    }

    [Theory]
    [InlineData("Card 4111 1111 1111 1112")]
    [InlineData("0000 0000 0000 0000")]
    [InlineData("a number 1234567812345670 of ours")]
    [InlineData("4111••••1111")]
    [InlineData("ending in 1111")]
    [InlineData("pi is 3.14159265358979")]
    [InlineData("at 1700000000000 ms")]
    [InlineData("Order 12345678 was shipped")]
    [InlineData("order number 540-392-687")]
    [InlineData("tracking 1Z999AA10123456784")]
    [InlineData("a@b")]
    [InlineData("@home, meet me @ 5")]
    [InlineData("DE89 3704 0044 0532 0130 01")]
    [InlineData("std::vector<int> a::b")]
    [InlineData("127.0.0.1 and 0.0.0.0 and ::1")]
    [InlineData("version 1.2.3.4")]
    [InlineData("300.1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("SSN 000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000")]
    [InlineData("$1,234,567.89")]
    [InlineData("between 2010-2014")]
    [InlineData("1 000 000 people")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("12:30:45")]
    public void Detect_WhatOnlyLooksLikeIt_IsNotReported(string text) =>
        Assert.DoesNotContain(new PiiDetector(PiiTypes.Default).Detect(text), finding => finding.Confidence >= 0.5);

    [Fact]
    public void Detect_SeveralValues_AreInOrderWithoutOverlap()
    {
        const string Text = "jane@acme.org, 4111111111111111, 41.176.181.243, +44 20 7946 0958, jane@acme.org";

        var findings = Detector.Detect(Text);

        Assert.Equal(["EMAIL_ADDRESS", "CREDIT_CARD", "IP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"], findings.Select(finding => finding.Type));
        Assert.All(findings.Zip(findings.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    [Theory]
    [InlineData("@")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("1-")]
    [InlineData("(1")]
    [InlineData(":")]
    [InlineData("a:")]
    [InlineData("1.")]
    [InlineData("a@b.")]
    [InlineData("GB12 ")]
    [InlineData("4111 ")]
    public void Detect_HostileRepetition_TakesLinearTime(string unit)
    {
        var (small, large) = (Repeat(unit, 20_000), Repeat(unit, 400_000));
        Detector.Detect(small);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        Detector.Detect(large);

        // 400 KB at a tenth of a quadratic scan's cost: a linear one needs milliseconds, a quadratic one minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("CREDIT_CARD", "4111 1111 1111 1111", "4111••••1111")]
    [InlineData("EMAIL_ADDRESS", "jane@example.com", "j•••@example.com")]
    [InlineData("US_SSN", "125-17-4954", "1••••54")]
    public void Redactor_Value_ShowsOnlyItsEnds(string type, string value, string redacted) => Assert.Equal(redacted, PiiRedactor.Value(type, value));

    private static string Repeat(string unit, int length) => string.Concat(Enumerable.Repeat(unit, length / unit.Length));
}
